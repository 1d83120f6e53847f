"""The OpenAPI 3.1 document of the merchant API, made of its routes and their models."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from skill.api.problem import MEDIA_TYPE, ProblemForm, kinds
from skill.api.route import Route

_REF = "#/components/schemas/{model}"
_ABOUT = (
    "What a shop's own programs read and change. What is changed is live in the next turn of every "
    "conversation. Money is whole minor units with its ISO 4217 currency; times are RFC 3339."
)
_SIGNED = "Needs no key: the body is signed with the secret of one of the shop's webhooks (Standard Webhooks)"
_SIGNATURE = {
    "webhook-id": "The message's own id; one that was heard before changes nothing.",
    "webhook-timestamp": "When it is sent, in seconds since 1970; five minutes off at most.",
    "webhook-signature": "As in v1,… of id, timestamp and body.",
}
_NAMES = re.compile(r"{(\w+)}")
Model = type[BaseModel]
Wanted = tuple[Model, JsonSchemaMode]


def document(routes: Sequence[Route], *, prefix: str, version: str) -> dict[str, Any]:
    """The document, as JSON can hold it."""
    wanted: dict[Wanted, None] = {(ProblemForm, "serialization"): None}
    for route in routes:
        wanted |= dict.fromkeys(_models(route))
    refs, schemas = models_json_schema(list(wanted), ref_template=_REF)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, refs)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sayso merchant API",
            "version": version,
            "description": _ABOUT,
        },
        "servers": [{"url": prefix}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key of 'sayso merchant key create', which opens one shop.",
                }
            },
        },
    }


def _models(route: Route) -> Iterable[Wanted]:
    if route.body:
        yield route.body, "validation"
    for model in route.answers.values():
        if model:
            yield model, "serialization"


def _operation(route: Route, refs: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.summary,
        "tags": [route.path.split("/")[1]],
        "description": _SIGNED if route.signed else f'Needs a key with the scope "{route.scope}".',
        "parameters": [*_path(route), *_query(route), *_headers(route)],
        "responses": {
            **{str(status): _answer(route, model, refs) for status, model in route.answers.items()},
            **{str(status): _refusal(status, codes, refs) for status, codes in route.refusals.items()},
        },
    }
    if route.signed:
        told["security"] = []
    if route.raw:
        told["requestBody"] = {
            "required": True,
            "content": {
                "*/*": {"schema": {"type": "string", "contentMediaType": "text/tab-separated-values"}}
            },
        }
    if route.body:
        content = {"schema": refs[route.body, "validation"], "example": route.example}
        told["requestBody"] = {"required": True, "content": {"application/json": content}}
    return told


def _answer(route: Route, model: Model | None, refs: Any) -> dict[str, Any]:
    if model is None:
        return {"description": "Done."}
    content: dict[str, Any] = {"application/json": {"schema": refs[model, "serialization"]}}
    if route.html:
        content["text/html"] = {"schema": {"type": "string"}}
    return {"description": (model.__doc__ or "").split("\n\n")[0], "content": content}


def _refusal(status: int, codes: Iterable[str], refs: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description": "; ".join(dict.fromkeys(kinds()[code].title for code in codes)) + ".",
        "content": {MEDIA_TYPE: {"schema": refs[ProblemForm, "serialization"]}},
    }
    if status == 401:
        told["headers"] = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}
    return told


def _path(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": "A slash in it is sent as %2F." if route.slashes else "As it was told.",
            "schema": {"type": "string", "minLength": 1},
        }
        for name in _NAMES.findall(route.path)
    ]


def _query(route: Route) -> list[dict[str, Any]]:
    if route.query is None:
        return []
    schema = TypeAdapter(route.query).json_schema(mode="validation")
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": part}
        for name, part in schema["properties"].items()
    ]


def _headers(route: Route) -> list[dict[str, Any]]:
    if route.signed:
        return [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": told,
                "schema": {"type": "string", "minLength": 1},
            }
            for name, told in _SIGNATURE.items()
        ]
    if not route.once:
        return []
    return [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "description": "Your own word for this change: sent again within a day, it is not made again.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        }
    ]
