"""The description of the API: a page of our own, for those of FastAPI load their scripts from elsewhere."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from tournament.web.site import TheSite

METHODS = ("get", "post", "put", "patch", "delete")

router = APIRouter(include_in_schema=False)


@router.get("/api")
def page(request: Request, site: TheSite) -> Response:
    """Show what the API can do, from its OpenAPI description."""
    description = request.app.openapi()
    operations = [
        {**operation, "method": method.upper(), "path": path, "body": _body(operation)}
        for path, entry in description["paths"].items()
        for method, operation in entry.items()
        if method in METHODS
    ]
    tags = list(dict.fromkeys(tag for operation in operations for tag in operation["tags"]))
    return site.page(
        "api.jinja",
        operations=operations,
        tags=tags,
        schemas=description["components"]["schemas"],
        type_of=type_of,
        server=str(request.base_url).rstrip("/"),
    )


def type_of(schema: dict[str, Any]) -> str:
    """Return a schema's type in a few words, such as `list of Standing` or `number or null`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(type_of(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " or ".join(f'"{value}"' for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    if schema.get("format") == "binary":
        return "the file's bytes"
    return str(schema.get("type", "anything"))


def _body(operation: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the body of a request is: its media type and its schema; None when it has none."""
    content = operation.get("requestBody", {}).get("content")
    if not content:
        return None
    media_type, told = next(iter(content.items()))
    return {"media_type": media_type, "schema": told["schema"]}
