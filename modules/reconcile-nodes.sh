# Usage: reconcile-nodes DESIRED.json PROGRAM.jq
# Gives every node of the cluster the labels and taints in DESIRED.json. If one node can't be changed, the others
# still are, but the script fails in the end, so that it is tried again.

desired=$1
program=$2

work=$(mktemp --directory)
trap 'rm --recursive --force "$work"' EXIT

kubectl get nodes --output=json --request-timeout=30s >"$work/nodes.json"
jq --slurpfile desired "$desired" --from-file "$program" "$work/nodes.json" >"$work/plan.json"

jq --raw-output '.absent[] | "\(.) is in the fleet, but has not joined the cluster yet"' "$work/plan.json"

status=0
while read -r node; do
  jq --arg node "$node" '.patches[$node]' "$work/plan.json" >"$work/patch.json"
  kubectl patch node "$node" --type=merge --patch-file="$work/patch.json" --request-timeout=30s || status=1
done < <(jq --raw-output '.patches | keys[]' "$work/plan.json")
exit "$status"
