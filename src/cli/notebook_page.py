"""A notebook as an HTML page in which each picture has its text for those who cannot see it: nbconvert's own template leaves it out.

    python notebook_page.py NOTEBOOK PAGE
"""
import sys

TEMPLATE = """{%- extends 'index.html.j2' -%}
{%- block data_png scoped -%}
{%- set alt = (output | get_metadata('alt', 'image/png')) or output.data.get('text/plain', 'picture') -%}
{{ super() | replace('<img ', '<img alt="' ~ (alt | escape_html) ~ '" ', 1) }}
{%- endblock -%}
"""


def page(notebook, title):
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(raw_template=TEMPLATE)
    return exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})[0]


if __name__ == "__main__":
    import os

    import nbformat

    title = os.path.splitext(os.path.basename(sys.argv[1]))[0]
    with open(sys.argv[2], "w", encoding="utf-8", newline="\n") as file:
        file.write(page(nbformat.read(sys.argv[1], as_version=4), title))
