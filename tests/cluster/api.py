"""A client of the API server for tests: JSON in, JSON out, over one connection."""

from __future__ import annotations

import json
import ssl
import threading
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Object = dict[str, Any]


class ApiError(Exception):
    """The API server's answer was no."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status


def path_of(version: str) -> str:
    """Path below which the API server has a version of a group, such as `apps/v1`; the first group has no name."""
    return f"/apis/{version}" if "/" in version else f"/api/{version}"


@dataclass
class Api:
    """The API server, as the administrator. kubectl would do, were it not for 50 ms of CPU time a call."""

    port: int
    token: str
    certificate: Path
    """Of the authority that signed the server's."""
    _known: dict[str, dict[str, tuple[str, bool]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @cached_property
    def _connection(self) -> HTTPSConnection:
        trust = ssl.create_default_context(cafile=str(self.certificate))
        return HTTPSConnection("127.0.0.1", self.port, context=trust, timeout=60)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def call(self, method: str, path: str, body: object = None, kind: str = "application/json") -> Any:
        """Send a request.

        Raises:
            ApiError: the answer is no success.
            OSError, HTTPException: no answer.
        """
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": kind}
        with self._lock:
            try:
                self._connection.request(method, path, None if body is None else json.dumps(body), headers)
                response = self._connection.getresponse()
                text = response.read()
            except (OSError, HTTPException):
                self._connection.close()
                raise
        if response.status >= 300:
            raise ApiError(response.status, text.decode(errors="replace"))
        return json.loads(text) if text.startswith(b"{") else text.decode()

    def list(self, path: str) -> list[Object]:
        """Objects of one kind, as in `/api/v1/pods`."""
        items: list[Object] = self.call("GET", path)["items"]
        return items

    def create(self, path: str, body: Object) -> Object:
        """Create an object in a collection; one that is there already is left as it is."""
        try:
            made: Object = self.call("POST", path, body)
        except ApiError as error:
            if error.status != 409:
                raise
            return body
        return made

    def apply(self, body: Object) -> Object:
        """Apply an object as `kubectl apply --server-side` does; unknown fields and conflicts are refused."""
        version, metadata = body["apiVersion"], body["metadata"]
        plural, namespaced = self._kinds(version)[body["kind"]]
        where = f"/namespaces/{metadata.get('namespace', 'default')}" if namespaced else ""
        path = f"{path_of(version)}{where}/{plural}/{metadata['name']}?fieldManager=kubectl&fieldValidation=Strict"
        made: Object = self.call("PATCH", path, body, "application/apply-patch+yaml")
        return made

    def _kinds(self, version: str) -> dict[str, tuple[str, bool]]:
        if version not in self._known:
            found = self.call("GET", path_of(version))["resources"]
            self._known[version] = {
                each["kind"]: (each["name"], each["namespaced"]) for each in found if "/" not in each["name"]
            }
        return self._known[version]

    def patch(self, path: str, body: Object) -> Object:
        """Merge fields into an object."""
        made: Object = self.call("PATCH", path, body, "application/merge-patch+json")
        return made

    def delete(self, path: str) -> None:
        """Delete an object, with what it owns, if it is there."""
        try:
            self.call("DELETE", path, {"propagationPolicy": "Background"})
        except ApiError as error:
            if error.status != 404:
                raise
