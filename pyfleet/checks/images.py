"""F3xx: images, and how they are started."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyfleet.catalog import repository_of
from pyfleet.checks.flags import is_within
from pyfleet.checks.registry import Finding, check
from pyfleet.checks.versions import numbers
from pyfleet.resolved.needs import weights_of
from pyfleet.units import GIB, seconds_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyfleet.checks.registry import Path
    from pyfleet.model.workloads import Volume, Workload
    from pyfleet.planning.types.whole import Plan
    from pyfleet.resolved import Resolved

FASTEST_READ = 3 * GIB
"""Bytes a second at which weights are read at best: a good NVMe disk."""
_MODELS_WITHIN = {"huggingface": "/hub", ".ollama": "/models"}
"""Where models are in a cache directory of this name; in others they may be anywhere."""
SECRET_NAME = re.compile(r"(?:^|_)(?:TOKEN|KEY|PASSWORD|PASSWD|SECRET|CREDENTIALS?)$")


def _images(resolved: Resolved) -> Iterator[tuple[str, Workload, Path, str]]:
    """Every image that a workload names, with its place."""
    for name, workload in resolved.fleet.workloads.items():
        if workload.image:
            yield name, workload, ("workloads", name, "image"), workload.image
        for architecture, image in workload.images.items():
            yield name, workload, ("workloads", name, "images", architecture), image


@check("F313", "warning")
def image_that_moves(resolved: Resolved) -> Iterator[Finding]:
    """An image tagged `latest`, or not at all.

    After the next pull something else may run than what was tested. The `latest` of one service changed within two
    weeks: the new image rebuilt for half an hour at each start, its startup probe allowed less, and so it restarted for
    ever.
    """
    for _, _, path, image in _images(resolved):
        tag = image.removeprefix(repository_of(image)).partition("@")[0]
        if "@" not in image and (":" not in image.rpartition("/")[2] or image.endswith(":latest")):
            fault = "is tagged `latest`" if tag else "has no tag"
            yield Finding(path, f"{image} {fault}: it can change at any pull", "name a version, or a digest")


@check("F314")
def image_without_the_hosts_architecture(resolved: Resolved) -> Iterator[Finding]:
    """An image that isn't built for the host it is to run on.

    A pod with an amd64 image on an arm64 host ends at once with `exec format error`, again and again. Four services of
    one fleet had images that existed only where they had been built.
    """
    for name, workload in resolved.fleet.workloads.items():
        built_for = resolved.architectures_of(workload)
        here = resolved.architectures_among(_allowed(resolved, workload))
        if built_for is not None and here and not here & built_for:
            yield Finding(
                ("workloads", name),
                f"{name} may run on {', '.join(sorted(here))} hosts only, and its image is built for "
                f"{', '.join(sorted(built_for))}",
                "name one for the other architecture under `images`, or allow other hosts",
                at_key=True,
            )


def _allowed(resolved: Resolved, workload: Workload) -> tuple[str, ...]:
    """Hosts that the user allows, whatever the image."""
    host = resolved.host_of(workload)
    if host is not None:
        return (host,) if host in resolved.fleet.hosts else ()
    return resolved.hosts_wanted(workload)


@check("F315")
def image_that_swallows_its_arguments(resolved: Resolved) -> Iterator[Finding]:
    """An NGC image with arguments but no command.

    NVIDIA's entry point sets up its environment and doesn't pass bare arguments on: the server starts with its
    defaults, or not at all. Set the whole `command`, such as `[vllm, serve, <model>]`.
    """
    for name, workload, path, image in _images(resolved):
        known = resolved.catalog.images.get(repository_of(image))
        swallows = (known is not None and known.ngc) or resolved.engine_of(workload).entrypoint_swallows_arguments
        arguments = workload.args or (workload.model and resolved.engine_of(workload).model_flag)
        if swallows and arguments and not workload.command:
            yield Finding(path, f"the entry point of {image} ignores {name}'s arguments", "set `command` in full")


@check("F316")
def patch_that_takes_the_runtime_class_away(resolved: Resolved) -> Iterator[Finding]:
    """A patch that changes the runtime class of a pod with a GPU.

    Without NVIDIA's runtime the pod is given its card, shows it in `kubectl describe`, and computes on the CPU.
    """
    for name, workload in resolved.fleet.workloads.items():
        for index, patch in enumerate(workload.patches):
            if workload.gpu and _has_key(patch, "runtimeClassName"):
                place = ("workloads", name, "patches", index)
                yield Finding(place, "`runtimeClassName` follows from the host", "remove it from the patch")


@check("F317")
def rolling_update_that_can_never_finish(resolved: Resolved) -> Iterator[Finding]:
    """A patch that sets a rolling update for a workload with a GPU or a hostPort.

    The new pod waits for the card that the old one holds until the new one is ready.
    """
    for name, workload in resolved.fleet.workloads.items():
        holds = workload.gpu is not None or workload.expose.host_port is not None
        for index, patch in enumerate(workload.patches):
            strategy = (patch.get("spec") or {}).get("strategy") if isinstance(patch.get("spec"), dict) else None
            if holds and isinstance(strategy, dict) and strategy.get("type") == "RollingUpdate":
                place = ("workloads", name, "patches", index)
                yield Finding(
                    place,
                    f"{name} holds a card or a port, so a rolling update waits for ever",
                    "leave the strategy out",
                )


def _has_key(value: object, key: str) -> bool:
    if isinstance(value, dict):
        return key in value or any(_has_key(below, key) for below in value.values())
    return isinstance(value, list) and any(_has_key(below, key) for below in value)


@check("F319")
def secret_written_out(resolved: Resolved) -> Iterator[Finding]:
    """A secret written as a plain value.

    It would be in the fleet file, in the rendered manifests and in their history. In one fleet keys stood in the shell
    history for months, as `-e` flags. Set `secrets: {NAME: secret/key}`.
    """
    for name, workload in resolved.fleet.workloads.items():
        known = set(resolved.engine_of(workload).secret_env)
        for variable, value in workload.env.items():
            if value and (variable in known or SECRET_NAME.search(variable)):
                yield Finding(
                    ("workloads", name, "env", variable),
                    f"{variable} looks like a secret, and everybody can read it here",
                    f"set `secrets: {{{variable}: <secret>/<key>}}`",
                    at_key=True,
                )


@check("F323")
def startup_shorter_than_reading_the_weights(resolved: Resolved) -> Iterator[Finding]:
    """A startup budget too short to read the weights, even from a fast disk.

    The probe kills the model while it loads, again and again: such a model is "starting" for days.
    """
    for name, workload in resolved.fleet.workloads.items():
        weights = weights_of(workload, resolved)
        if weights is None or workload.startup is None:
            continue
        least = -(-weights // FASTEST_READ)
        if seconds_of(workload.startup) < least:
            yield Finding(
                ("workloads", name, "startup"),
                f"{weights / GIB:.1f} GiB of weights take {least}s to read from a fast disk, not {workload.startup}",
                "set the longest time that it takes, measured once",
            )


@check("F324", "warning", needs="plan")
def models_that_are_fetched_at_every_start(resolved: Resolved, _plan: Plan) -> Iterator[Finding]:
    """A model that is downloaded (or an engine that is built) again at every start of the pod.

    The cache is in the container and goes with it: half an hour of rebuilding after each restart. `cache` mounts
    something that stays, which an `emptyDir` does not. A volume may also be mounted within the cache, where the models
    are: at `hub` of Hugging Face's, at `models` of Ollama's, anywhere in the others.
    """
    for name, workload in resolved.fleet.workloads.items():
        directory = resolved.engine_of(workload).cache_directory
        lost = _lost_models(workload, directory) if workload.gpu and directory else None
        if lost:
            place, path = lost
            yield Finding(
                ("workloads", name, *place),
                f"{name} keeps its models in {path}, which is gone with the pod",
                "say `cache: {hostPath: /var/cache/models}` or name storage",
                at_key=True,
            )


def _lost_models(workload: Workload, directory: str) -> tuple[Path, str] | None:
    """Find the place in the workload, and the path, of models that go with the pod; None where they stay."""
    mounted: dict[str, tuple[Path, Volume]] = {
        path: (("volumes", path), volume) for path, volume in workload.volumes.items()
    }
    if workload.cache is not None:
        mounted.setdefault(directory, (("cache",), workload.cache))
    staying = [path for path, (_, volume) in mounted.items() if volume.empty_dir is None]
    models = directory + _MODELS_WITHIN.get(directory.rpartition("/")[2], "")
    # Of mounts within each other the innermost holds the files.
    around = max((path for path in mounted if is_within(path, models)), key=len, default="")
    if around in staying or any(is_within(models, path) for path in staying):
        return None
    return mounted[around][0] if around else (), max(around, directory, key=len)


@check("F325")
def image_given_twice(resolved: Resolved) -> Iterator[Finding]:
    """An `image` and `images` for one workload: one of them would be ignored."""
    for name, workload in resolved.fleet.workloads.items():
        if workload.image and workload.images:
            yield Finding(("workloads", name, "images"), "`image` is given too", "keep one of them", at_key=True)


@check("F326", needs="plan")
def card_that_the_image_was_not_built_for(resolved: Resolved, plan: Plan) -> Iterator[Finding]:
    """An image whose CUDA code doesn't run on the card.

    It was compiled for newer cards: CUDA finds the card, but no kernel for it.
    """
    for row in plan.assignments:
        workload = resolved.fleet.workloads[row.workload]
        image = workload.image or next(iter(resolved.images_of(workload).values()), "")
        known = resolved.catalog.images.get(repository_of(image)) if image else None
        needed = known.minimum_compute_capability if known else None
        for product in dict.fromkeys(row.product):
            has = resolved.products[product].compute_capability
            if row.replica == 0 and needed and has and numbers(has) < numbers(needed):
                yield Finding(
                    ("workloads", row.workload),
                    f"{image} needs compute capability {needed}, and {product} of {row.host} has {has}",
                    "choose another image, or another card",
                    at_key=True,
                )
