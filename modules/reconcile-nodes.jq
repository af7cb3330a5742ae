# From the cluster's nodes (`kubectl get nodes -o json`) and what the fleet wants of them: what has to change.
#
# $desired[0]: {annotation: KEY, nodes: {NAME: {labels: {KEY: VALUE}, taints: ["KEY=VALUE:EFFECT"]}}}
# Result:      {absent: [NAME], patches: {NAME: a JSON merge patch}}
#
# The annotation lists what the fleet put on the node: {"labels": [KEY], "taints": ["KEY:EFFECT"]}.
# What is listed and no longer wanted goes; what is not listed and not wanted stays.

# A taint as the fleet spells it, as the API spells it.
def parsed:
  split(":") as [$name, $effect]
  | ($name | split("=")) as [$key, $value]
  | {key: $key} + (if ($value // "") == "" then {} else {value: $value} end) + {effect: $effect};

# The API allows one taint for each key and effect.
def identity: "\(.key):\(.effect)";

def is_in($taints):
  . as $taint
  | any($taints[]; identity == ($taint | identity) and (.value // "") == ($taint.value // ""));

# What an earlier run recorded. A record that a person has broken counts as none.
def owned($annotation):
  (.metadata.annotations[$annotation] // "" | try fromjson catch null) as $record
  | if ($record | type) == "object" then $record else {} end
  | {labels: [.labels | arrays[] | strings], taints: [.taints | arrays[] | strings]};

def label_changes($labels; $owned; $wanted):
  ($owned - ($wanted | keys) | map(select(. as $key | $labels | has($key)) | {(.): null}) | add // {})
  + ($wanted | with_entries(select($labels[.key] != .value)));

# Kept in their order, with the time that Kubernetes noted on them; new ones come last.
def new_taints($taints; $owned; $wanted):
  ($owned + ($wanted | map(identity))) as $ours
  | [$taints[] | select(is_in($wanted) or ([identity] - $ours != []))] as $kept
  | $kept + [$wanted[] | select(is_in($kept) | not)];

def patch($annotation; $want):
  owned($annotation) as $owned
  | (.metadata.labels // {}) as $labels
  | (.spec.taints // []) as $taints
  | ($want.taints | map(parsed)) as $wanted
  | label_changes($labels; $owned.labels; $want.labels) as $changes
  | new_taints($taints; $owned.taints; $wanted) as $new
  | {labels: ($want.labels | keys), taints: ($wanted | map(identity) | sort)} as $own
  | (if $own == {labels: [], taints: []} then null else ($own | tojson) end) as $record
  | (if $changes == {} then {} else {metadata: {labels: $changes}} end)
    * (if .metadata.annotations[$annotation] == $record then {} else {metadata: {annotations: {($annotation): $record}}} end)
    * (if $new == $taints then {} else {spec: {taints: $new}} end)
  | if . == {} then empty else . end;

$desired[0] as $fleet
| [.items[] | select(.metadata.name | in($fleet.nodes))] as $nodes
| {
    absent: (($fleet.nodes | keys) - [$nodes[].metadata.name]),
    patches: (
      [
        $nodes[]
        | .metadata as {$name, $resourceVersion}
        # With its version the API refuses the patch if the node has changed since it was read.
        | {($name): (patch($fleet.annotation; $fleet.nodes[$name]) * {metadata: {$resourceVersion}})}
      ]
      | add // {}
    )
  }
