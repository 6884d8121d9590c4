"""The page at /docs: the OpenAPI description as plain HTML that needs nothing from anywhere else."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d1c1d}"
    "h2{border-top:1px solid #ddd;padding-top:1rem}code,pre{font:14px/1.4 ui-monospace,monospace}"
    "pre{background:#f6f6f6;padding:.75rem;overflow:auto}td{padding:.15rem 1rem .15rem 0;vertical-align:top}"
    "@media(prefers-color-scheme:dark){body{background:#1a1d21;color:#d1d2d3}pre{background:#222529}}"
)


def page(described: Mapping[str, Any]) -> str:
    """The whole page."""
    title = escape(described["info"]["title"])
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>',
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>',
        f"<h1>{title}</h1>{_text(described['info'].get('description', ''))}",
        '<p>The same for programs: <a href="/openapi.json">openapi.json</a>.</p>',
    ]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            parts += _operation(method, path, operation)
    parts.append("<h2>Shapes</h2>")
    for name, schema in described["components"]["schemas"].items():
        parts += _shape(name, schema)
    return "".join([*parts, "</body></html>"])


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    yield f"<h2><code>{method.upper()} {escape(path)}</code></h2>"
    yield f"<p><strong>{escape(operation.get('summary', ''))}</strong></p>"
    yield _text(operation.get("description", ""))
    for media in operation.get("requestBody", {}).get("content", {}).values():
        yield f"<p>Takes {_named(media['schema'])}, for example</p>"
        for example in media.get("examples", {}).values():
            yield f"<pre>{escape(json.dumps(example['value'], indent=2, ensure_ascii=False))}</pre>"
    yield "<table>"
    for status, response in operation["responses"].items():
        kinds = " or ".join(_named(media["schema"]) for media in response.get("content", {}).values())
        yield f"<tr><td>{escape(status)}</td><td>{_text(response['description'])}</td><td>{kinds}</td></tr>"
    yield "</table>"


def _shape(name: str, schema: Mapping[str, Any]) -> Iterator[str]:
    yield f'<h3 id="{escape(name)}">{escape(name)}</h3>{_text(schema.get("description", ""))}<table>'
    required = schema.get("required", ())
    for field, kind in schema.get("properties", {}).items():
        mark = "" if field in required else "optional"
        about = _text(kind.get("description", ""))
        yield f"<tr><td><code>{escape(field)}</code></td><td>{_named(kind)}</td><td>{mark}</td><td>{about}</td></tr>"
    if "enum" in schema:
        yield f"<tr><td>{_named(schema)}</td></tr>"
    yield "</table>"


def _named(schema: Mapping[str, Any]) -> str:
    """A schema in a few words: a shape by its name, with a link to it."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for joint in ("anyOf", "oneOf"):
        if joint in schema:
            return " or ".join(_named(option) for option in schema[joint])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if "enum" in schema:
        return ", ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_named(schema.get('items', {}))}"
    return escape(str(schema.get("format") or schema.get("type") or "anything"))


def _text(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""
