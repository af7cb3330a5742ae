"""Who is notified of alerts. The address is a secret, so Alertmanager reads it from a Secret, not from values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyfleet.model.secrets import secret_and_key

if TYPE_CHECKING:
    from pyfleet.parts.monitoring.model import Notify

NOBODY = "null"
SOMEBODY = "fleet"
ALWAYS_FIRING = "Watchdog|InfoInhibitor"
"""Alerts of the stack's own that fire all the time, so that their absence can be noticed."""
MOUNT = "/etc/vm/secrets"
"""Where the operator of VictoriaMetrics mounts the Secrets that its Alertmanager is given."""
_WAIT = ("30s", "5m", "12h")
"""Waits before the first message of a group, before one on new alerts in it, and before a repetition."""


def notified(notify: Notify) -> dict[str, tuple[str, str]]:
    """Find who is notified, and the Secret and key with the address."""
    sources = {"discord": notify.discord, "slack": notify.slack, "webhook": notify.webhook}
    return {kind: secret_and_key(source) for kind, source in sources.items() if source}


def alertmanager_config(notify: Notify, name: str) -> dict[str, Any]:
    """Make the AlertmanagerConfig, for the Prometheus operator.

    Alertmanager's own configuration with a file in it would be shorter, but the operator parses it strictly, and does
    not know that Discord's address may be in a file.
    """
    fields = {"discord": ("discordConfigs", "apiURL"), "slack": ("slackConfigs", "apiURL")}
    receiver: dict[str, Any] = {"name": SOMEBODY}
    for kind, (secret, key) in notified(notify).items():
        configs, field = fields.get(kind, ("webhookConfigs", "urlSecret"))
        receiver[configs] = [{field: {"name": secret, "key": key}, "sendResolved": True}]
    wait, interval, repeat = _WAIT
    return {
        "apiVersion": "monitoring.coreos.com/v1alpha1",
        "kind": "AlertmanagerConfig",
        "metadata": {"name": name},
        "spec": {
            "route": {
                "receiver": SOMEBODY,
                "groupBy": ["alertname", "namespace"],
                "groupWait": wait,
                "groupInterval": interval,
                "repeatInterval": repeat,
                "routes": [
                    {
                        "receiver": NOBODY,
                        "matchers": [{"name": "alertname", "matchType": "=~", "value": ALWAYS_FIRING}],
                    }
                ],
            },
            "receivers": [receiver, {"name": NOBODY}],
            "inhibitRules": [
                {
                    "sourceMatch": [{"name": "severity", "matchType": "=", "value": "critical"}],
                    "targetMatch": [{"name": "severity", "matchType": "=~", "value": "warning|info"}],
                    "equal": ["namespace", "alertname"],
                },
                {
                    "sourceMatch": [{"name": "alertname", "matchType": "=", "value": "InfoInhibitor"}],
                    "targetMatch": [{"name": "severity", "matchType": "=", "value": "info"}],
                    "equal": ["namespace"],
                },
            ],
        },
    }


def alertmanager_file(notify: Notify) -> dict[str, Any]:
    """Make Alertmanager's own configuration, with addresses in mounted files, for VictoriaMetrics."""
    fields = {"discord": "webhook_url_file", "slack": "api_url_file", "webhook": "url_file"}
    receivers = notified(notify)
    if not receivers:
        return {"route": {"receiver": NOBODY}, "receivers": [{"name": NOBODY}]}
    receiver: dict[str, Any] = {"name": SOMEBODY}
    for kind, (secret, key) in receivers.items():
        receiver[f"{kind}_configs"] = [{fields[kind]: f"{MOUNT}/{secret}/{key}", "send_resolved": True}]
    wait, interval, repeat = _WAIT
    return {
        "route": {
            "receiver": SOMEBODY,
            "group_by": ["alertname", "namespace"],
            "group_wait": wait,
            "group_interval": interval,
            "repeat_interval": repeat,
            "routes": [{"receiver": NOBODY, "matchers": [f'alertname=~"{ALWAYS_FIRING}"']}],
        },
        "receivers": [receiver, {"name": NOBODY}],
        "inhibit_rules": [
            {
                "source_matchers": ['severity="critical"'],
                "target_matchers": ['severity=~"warning|info"'],
                "equal": ["namespace", "alertname"],
            }
        ],
    }
