"""Stands in for NVIDIA's device plugin, which does not run without NVIDIA's library.

It reads the same configuration (CONFIG_FILE), finds the cards that its own container was given, offers each of them
to the kubelet once or, with time slicing, several times, and sets in a pod's container the variable with its cards that
NVIDIA's runtime reads: NVIDIA_VISIBLE_DEVICES, with cards named by index.

The kubelet's API (v1beta1) is spoken as it is on the wire: its messages have strings and messages in them, no more.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

RESOURCE = "nvidia.com/gpu"
DIRECTORY = Path("/var/lib/kubelet/device-plugins")
SOCKET = "stand-in-gpu.sock"

_WITH_LENGTH = 2  # the wire type of strings and messages


def varint(number: int) -> bytes:
    """Spell a number as protobuf does: seven bits a byte, the lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number: int, value: str | bytes) -> bytes:
    """Spell one field of a message: a string, or another message."""
    content = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | _WITH_LENGTH) + varint(len(content)) + content


def fields(message: bytes) -> Iterator[tuple[int, bytes]]:
    """Return the strings and messages in a message, with their numbers."""
    rest = memoryview(message)

    def read() -> int:
        nonlocal rest
        number = shift = 0
        while True:
            byte, rest = rest[0], rest[1:]
            number |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return number

    while rest:
        tag = read()
        if tag & 7 != _WITH_LENGTH:
            read()  # a number or a flag
            continue
        length = read()
        content, rest = bytes(rest[:length]), rest[length:]
        yield tag >> 3, content


def register_request() -> bytes:
    """RegisterRequest: version, endpoint, resource_name."""
    return field(1, "v1beta1") + field(2, SOCKET) + field(3, RESOURCE)


def list_response(devices: list[str]) -> bytes:
    """ListAndWatchResponse: devices, each with ID and health."""
    return b"".join(field(1, field(1, device) + field(2, "Healthy")) for device in devices)


def allocate_response(request: bytes, *, one_only: bool) -> bytes:
    """AllocateResponse to an AllocateRequest: for each container the variable that names its cards.

    Args:
        request: For each container the IDs of the devices that it gets.
        one_only: Whether a container may have one device at most, as with `failRequestsGreaterThanOne`.

    Raises:
        ValueError: A container asks for more than it may have.
    """
    answer = b""
    for _, container in fields(request):
        devices = [device.decode() for _, device in fields(container)]
        if one_only and len(devices) > 1:
            raise ValueError(f"a request for {len(devices)} shares of a card; with time slicing it may be 1")
        cards = sorted({device.split("::")[0] for device in devices}, key=int)
        entry = field(1, "NVIDIA_VISIBLE_DEVICES") + field(2, ",".join(cards))
        answer += field(1, field(1, entry))
    return answer


def sharing(config: dict[str, Any]) -> tuple[int, bool]:
    """Return how often each card is offered, and whether a container may have no more than one."""
    slicing = config.get("sharing", {}).get("timeSlicing", {})
    for resource in slicing.get("resources", []):
        if resource["name"] == RESOURCE:
            return resource["replicas"], bool(slicing.get("failRequestsGreaterThanOne"))
    return 1, False


def device_ids(cards: list[str], replicas: int) -> list[str]:
    """Name what is offered: the card's index, or with several shares of it, index and share."""
    indexes = [card.removeprefix("nvidia") for card in cards]
    if replicas == 1:
        return indexes
    return [f"{index}::{share}" for index in indexes for share in range(replicas)]


def main() -> int:
    """Offer the cards until the kubelet starts anew, which forgets its plugins; then end, to be started again."""
    import grpc  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415 (all else can be tested without it)
    import yaml  # noqa: PLC0415

    config = yaml.safe_load(Path(os.environ["CONFIG_FILE"]).read_text(encoding="utf-8"))
    replicas, one_only = sharing(config)
    devices = device_ids(sorted(path.name for path in Path("/dev").glob("nvidia[0-9]*")), replicas)

    def watch(_request: bytes, context: Any) -> Iterator[bytes]:
        yield list_response(devices)
        while context.is_active():
            time.sleep(1)

    def allocate(request: bytes, context: Any) -> bytes:
        try:
            return allocate_response(request, one_only=one_only)
        except ValueError as error:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))
            raise

    own = DIRECTORY / SOCKET
    own.unlink(missing_ok=True)
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    server.add_generic_rpc_handlers(
        (
            grpc.method_handlers_generic_handler(
                "v1beta1.DevicePlugin",
                {
                    "GetDevicePluginOptions": grpc.unary_unary_rpc_method_handler(lambda _request, _context: b""),
                    "ListAndWatch": grpc.unary_stream_rpc_method_handler(watch),
                    "Allocate": grpc.unary_unary_rpc_method_handler(allocate),
                },
            ),
        )
    )
    server.add_insecure_port(f"unix://{own}")
    server.start()

    with grpc.insecure_channel(f"unix://{DIRECTORY / 'kubelet.sock'}") as kubelet:
        kubelet.unary_unary("/v1beta1.Registration/Register")(register_request(), timeout=30)
    sys.stderr.write(f"offering {devices}\n")

    while own.exists():
        time.sleep(1)
    server.stop(0)
    return 1


if __name__ == "__main__":
    sys.exit(main())
