# What the strict types take and refuse.
{ nixpkgs }:
let
  lib = import (nixpkgs + "/lib");
  fleetTypes = import ../../nix/types.nix { inherit lib; };

  accepts = type: values: {
    expr = lib.filter (value: !fleetTypes.${type}.check value) values;
    expected = [ ];
  };
  refuses = type: values: {
    expr = lib.filter (value: fleetTypes.${type}.check value) values;
    expected = [ ];
  };
in
{
  testIpv4 = accepts "ipv4" [
    "0.0.0.0"
    "192.168.1.250"
    "255.255.255.255"
  ];
  testNotIpv4 = refuses "ipv4" [
    ""
    "1.2.3"
    "1.2.3.4.5"
    "1.2.3.256"
    "01.2.3.4"
    "1.2.3.4/24"
    "1.2.3.4; reboot"
    "1.2.3.4\n"
    "::1"
    1
  ];

  testNetwork = accepts "ipv4OrNetwork" [
    "192.0.2.1"
    "192.0.2.0/24"
    "0.0.0.0/0"
    "192.0.2.1/32"
  ];
  testNotNetwork = refuses "ipv4OrNetwork" [
    "192.0.2.0/33"
    "192.0.2.0/"
    "192.0.2.0/24, 0.0.0.0/0"
    "any"
  ];

  testSecretPath = accepts "pathNotInStore" [
    "/run/secrets/k3s-token"
    "/data/.k3s"
    "/nix/k3s"
  ];
  testNotSecretPath = refuses "pathNotInStore" [
    ./hosts.nix
    "${builtins.storeDir}/abc-token"
    builtins.storeDir
    "/"
    "run/token"
    "/run//token"
    "/run/../token"
    "/run/./token"
    "/run/token/"
    "/run/my token"
    "/run/%t"
    "/run/$TOKEN"
    "/run/'token'"
  ];

  testLabelValue = accepts "labelValue" [
    ""
    "true"
    "RTX-4090_x2.1"
  ];
  testNotLabelValue = refuses "labelValue" [
    "a b"
    "100%"
    "$HOME"
    "\"a\""
    "-a"
    (lib.concatStrings (lib.replicate 64 "a"))
    true
  ];

  testTaint = accepts "taint" [
    "nvidia.com/gpu=present:NoSchedule"
    "dedicated:NoExecute"
    "a=:PreferNoSchedule"
  ];
  testNotTaint = refuses "taint" [
    "nvidia.com/gpu"
    "a=b:noschedule"
    "a=b c:NoSchedule"
    "a=%h:NoSchedule"
    "a/b/c=d:NoSchedule"
  ];

  testFlag = accepts "flag" [
    "--debug"
    "--tls-san=k3s.hydra.io"
    "--cluster-domain hydra.local"
    "--kubelet-arg=eviction-hard=memory.available<1Gi"
  ];
  testNotFlag = refuses "flag" [
    "debug"
    "--a=b c"
    "--a=%i"
    "--a=$HOME"
    "--a='b'"
    "--a=\"b\""
    "--a=b\\"
    "--a=b\n"
  ];

  testSchedule = accepts "cron" [
    "0 */12 * * *"
    "30 2 * * MON-FRI"
    "@daily"
    "@every 6h"
  ];
  testNotSchedule = refuses "cron" [
    "daily"
    "0 0 * *"
    "0 0 * * *\""
    "0 0 * * %"
  ];

  testServerUrl = accepts "serverUrl" [
    "https://192.0.2.1:6443"
    "https://k3s.hydra.io:6443"
  ];
  testNotServerUrl = refuses "serverUrl" [
    "192.0.2.1:6443"
    "http://192.0.2.1:6443"
    "https://192.0.2.1"
    "https://192.0.2.1:6443/ --debug"
  ];

  testInterface = accepts "interface" [
    "eth0"
    "flannel.1"
    "enp5s0f0np0"
  ];
  testNotInterface = refuses "interface" [
    ""
    "a name"
    "averylonginterfacename"
    "eth0;"
  ];
}
