# Input: lines "file base64". $desired[0]: the Secrets that are wanted. Output: they and their namespaces, as one List.
([inputs | split(" ") | {(.[0]): .[1]}] | add // {}) as $contents
| $desired[0] as $secrets
| ($secrets | map(.namespace) | unique | map({apiVersion: "v1", kind: "Namespace", metadata: {name: .}})) as $namespaces
| {
    apiVersion: "v1",
    kind: "List",
    items: ($namespaces + ($secrets | map({
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name,
        namespace,
        labels: ({"app.kubernetes.io/managed-by": "pyfleet"} + .labels)
      },
      type,
      data: (
        (.literals | map_values(@base64))
        + (.files | map_values(. as $file | $contents[$file] // error("no file \($file)")))
      )
    })))
  }
