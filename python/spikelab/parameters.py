"""papermill's translator for TypeScript: papermill finds it by the wheel's entry point and lets it write the injected cell.

A value is declared as `any`: a later cell that expects one of a few words (`'small' | 'full'`) takes it as it is, and the
library checks it when it runs. `spikelab run-notebook -p` writes the same cell (src/cli/parameters.ts).
"""
import json
import math
import re

from papermill.engines import NBClientEngine
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

DECLARATION = re.compile(
    r"^\s*(?:export\s+)?(?:let|const|var)\s+(?P<name>[\w$]+)\s*(?::\s*(?P<type>[^=]+?))?\s*=\s*(?P<value>.*?)\s*;?\s*(?://\s*(?P<help>.*))?$",
    re.MULTILINE,
)


class TypeScriptTranslator(Translator):
    @classmethod
    def translate(cls, val):
        return cls.translate_list(val) if isinstance(val, tuple) else super().translate(val)

    @classmethod
    def translate_escaped_str(cls, str_val):
        return json.dumps(str(str_val), ensure_ascii=False)

    @classmethod
    def translate_none(cls, val):
        return "null"

    @classmethod
    def translate_int(cls, val):
        return str(val) if abs(val) < 2**53 else "%dn" % val  # a number would lose digits

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        if math.isinf(val):
            return "Infinity" if val > 0 else "-Infinity"
        if val == 0:
            return "-0" if math.copysign(1, val) < 0 else "0"
        return str(int(val)) if val.is_integer() and abs(val) < 2**53 else repr(val)

    @classmethod
    def translate_list(cls, val):
        return "[%s]" % ", ".join(cls.translate(item) for item in val)

    @classmethod
    def translate_dict(cls, val):
        def pair(key, item):
            name = cls.translate_str(str(key))
            return "%s: %s" % ("[%s]" % name if key == "__proto__" else name, cls.translate(item))  # plain, it sets the prototype

        return "{%s}" % ", ".join(pair(*one) for one in val.items())

    @classmethod
    def comment(cls, cmt_str):
        return "// %s" % cmt_str

    @classmethod
    def assign(cls, name, str_val):
        return "let %s: any = %s;" % (name, str_val)

    @classmethod
    def inspect(cls, parameters_cell):
        found = (match.groupdict() for match in DECLARATION.finditer(parameters_cell["source"]))
        return [
            Parameter(name=one["name"], inferred_type_name=one["type"] or "None", default=one["value"], help=one["help"] or "")
            for one in found
        ]


class TypeScriptEngine(NBClientEngine):
    """papermill's own engine under our name: an entry point of this kind is what papermill loads by itself."""


papermill_translators.register("typescript", TypeScriptTranslator)
