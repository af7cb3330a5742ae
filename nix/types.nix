# Types of the fleet.* options. They are strict because k3s' NixOS module joins flags without quoting, so that
# systemd reads every blank, quote, backslash, `%` and `$` in them, and because firewall rules are made of them.
{ lib }:
let
  inherit (lib) types;

  matching = pattern: description: types.strMatching pattern // { inherit description; };

  octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  ipv4 = "${octet}(\\.${octet}){3}";
  prefixLength = "/(3[0-2]|[12]?[0-9])";

  dnsLabel = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
  dnsSubdomain = "${dnsLabel}(\\.${dnsLabel})*";

  labelName = "[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?";
  labelKey = "(${dnsSubdomain}/)?${labelName}";
  labelValue = "(${labelName})?";

  # Only plain characters, no `..`, no empty component and no slash at the end: equal paths are equal strings.
  pathComponent = "([-_A-Za-z0-9@+~][-_.A-Za-z0-9@+~]*|\\.[-_A-Za-z0-9@+~][-_.A-Za-z0-9@+~]*)";
  absolutePath = "(/${pathComponent})+";
in
{
  isDnsLabel = name: builtins.match dnsLabel name != null;
  isLabelKey = key: builtins.match labelKey key != null;

  dnsLabel = matching dnsLabel "DNS label (lower-case letters, digits and `-`, at most 63)";
  dnsSubdomain = matching dnsSubdomain "domain name (DNS labels with dots between them)";

  ipv4 = matching ipv4 "IPv4 address";
  ipv4Network = matching "${ipv4}${prefixLength}" "IPv4 network such as `10.42.0.0/16`";
  ipv4OrNetwork = matching "${ipv4}(${prefixLength})?" "IPv4 address or network";
  interface = matching "[A-Za-z0-9][-_.A-Za-z0-9]{0,14}" "name of a network interface";
  serverUrl = matching "https://(${ipv4}|${dnsSubdomain}):[0-9]{1,5}" "URL such as `https://192.0.2.10:6443`";

  hostAndPort = matching "[A-Za-z0-9][-.A-Za-z0-9]*(:[0-9]+)?" "host name or address, and port, such as `192.0.2.20:9000`";
  bucket = matching "[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]" "name of a bucket";
  bucketFolder = matching "[A-Za-z0-9][-_/A-Za-z0-9]*" "path in a bucket";
  region = matching "[a-z0-9][-a-z0-9]*" "name of a region";

  labelValue = matching labelValue "label value (at most 63 letters, digits and `-_.`)";
  taint = matching "${labelKey}(=${labelValue})?:(NoSchedule|PreferNoSchedule|NoExecute)" "taint such as `key=value:NoSchedule`";

  flag = matching "--[a-z][-a-z0-9]*([= ][^[:space:]%$'\"\\]+)?" "flag `--name=value` without blanks, quotes, `%`, `$` or `\\` in its value";
  cron = matching "@[a-z]+( [0-9a-z]+)?|[-*/,0-9]+( [-*/,0-9A-Za-z]+){4}" "cron schedule of five fields";
  component = matching dnsLabel "name of a component that k3s packages";
  packageName = matching "[A-Za-z_][-A-Za-z0-9_]*" "attribute name of a package";
  groupName = matching "[a-z_][-a-z0-9_]{0,31}" "name of a group";

  # A path literal would be copied to the world-readable store, and a store path is readable by everyone.
  pathNotInStore =
    types.addCheck (matching absolutePath "absolute path of plain characters, outside the Nix store")
      (path: path != builtins.storeDir && !lib.hasPrefix "${builtins.storeDir}/" path);
}
