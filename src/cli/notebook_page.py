"""A notebook as an HTML page to read anywhere: pictures have a text for those who cannot see them, colours follow the reader's light or dark mode, code
scrolls by keyboard, and nothing is fetched. nbconvert's own template has none of that, and three scripts from elsewhere.

    python notebook_page.py TITLE < NOTEBOOK > PAGE        formulas are MathML by then
"""
import re
import sys

TEMPLATE = """{%- extends 'index.html.j2' -%}
{%- block html_head_js_requirejs -%}{%- endblock -%}
{%- block html_head_js_mathjax -%}{%- endblock -%}
{%- block html_head_js_mermaidjs -%}{%- endblock -%}
{%- block notebook_css -%}
{{ super() }}
<style>
:root { color-scheme: light dark; }
body { max-width: 62rem; margin: 0 auto; padding: 1rem; background: var(--jp-layout-color0); }
.jp-RenderedImage img { max-width: 100%; height: auto; }
.jp-RenderedHTMLCommon :is(h1, h2, h3):first-child { margin-top: 0.5em; }
math[display="block"] { overflow-x: auto; padding: 0.3em 0; }
@media (max-width: 40rem) { .jp-InputPrompt, .jp-OutputPrompt { display: none; } body { padding: 0.25rem; } }
</style>
{{ dark_theme }}
<style>
/* JupyterLab's own colours of code and prompts are too pale to read for some: at least 4.5 to 1 here. */
:root {
  --jp-mirror-editor-comment-color: #2f6b6b;
  --jp-mirror-editor-number-color: #006a00;
  --jp-mirror-editor-operator-color: #8000c8;
}
.jp-InputPrompt, .jp-OutputPrompt { opacity: 1 !important; }
.jp-RenderedHTMLCommon :is(p, li) a:any-link { text-decoration: underline; }
@media (prefers-color-scheme: dark) {
  :root {
    --jp-mirror-editor-comment-color: #7fb8b8;
    --jp-mirror-editor-number-color: #7ccf7c;
    --jp-mirror-editor-operator-color: #cc99ff;
  }
}
</style>
{%- endblock -%}
{%- block data_png scoped -%}
{%- set alt = (output | get_metadata('alt', 'image/png')) or output.data.get('text/plain', 'picture') -%}
{{ super() | replace('<img ', '<img alt="' ~ (alt | escape_html) ~ '" ', 1) }}
{%- endblock -%}
"""
DARK = "{{ resources.include_css('static/theme-dark.css') | replace('<style type=\"text/css\">', '<style>@media (prefers-color-scheme: dark) {', 1) | replace('</style>', '}</style>', 1) }}"


def page(notebook, title):
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(raw_template=TEMPLATE.replace("{{ dark_theme }}", DARK))
    html = exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})[0]
    # What is wider than the page scrolls; by keyboard it does so when it can be reached.
    return re.sub(r"<pre(?=[ >])", '<pre tabindex="0"', html)


if __name__ == "__main__":
    import nbformat

    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.write(page(nbformat.reads(sys.stdin.read(), as_version=4), sys.argv[1]))
