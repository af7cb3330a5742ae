# Types of the fleet.* options. They are strict because k3s' NixOS module joins flags without quoting, so that
# systemd reads every blank, quote, backslash, `%` and `$` in them, and because firewall rules are made of them.
{ lib }:
let
  inherit (lib) types;
  inherit (import ./shared.nix { inherit lib; }) patterns;

  matching = pattern: description: types.strMatching pattern // { inherit description; };
  form = name: matching patterns.${name};
in
{
  isDnsLabel = name: builtins.match patterns.dnsLabel name != null;
  isLabelKey = key: builtins.match patterns.labelKey key != null;
  isSecretItem = key: builtins.match patterns.secretItem key != null;

  dnsLabel = form "dnsLabel" "DNS label (lower-case letters, digits and `-`, at most 63)";
  dnsSubdomain = form "dnsSubdomain" "domain name (DNS labels with dots between them)";

  ipv4 = form "ipv4" "IPv4 address";
  ipv4Network = form "ipv4Network" "IPv4 network such as `10.42.0.0/16`";
  ipv4OrNetwork = form "ipv4OrNetwork" "IPv4 address or network";
  interface = form "interface" "name of a network interface";
  serverUrl = matching "https://(${patterns.ipv4}|${patterns.dnsSubdomain}):[0-9]{1,5}" "URL such as `https://192.0.2.10:6443`";

  hostAndPort = form "hostAndPort" "host name or address, and port, such as `192.0.2.20:9000`";
  bucket = form "bucket" "name of a bucket";
  bucketFolder = form "bucketFolder" "path in a bucket";
  region = form "region" "name of a region";

  labelValue = form "labelValue" "label value (at most 63 letters, digits and `-_.`)";
  taint = form "taint" "taint such as `key=value:NoSchedule`";

  flag = form "flag" "flag `--name=value` without blanks, quotes, `%`, `$` or `\\` in its value";
  cron = form "cron" "cron schedule of five fields";
  component = form "dnsLabel" "name of a component that k3s packages";
  packageName = form "packageName" "attribute name of a package";
  groupName = form "groupName" "name of a group";

  # A path literal would be copied to the world-readable store, and a store path is readable by everyone.
  pathNotInStore =
    types.addCheck (form "absolutePath" "absolute path of plain characters, outside the Nix store")
      (path: path != builtins.storeDir && !lib.hasPrefix "${builtins.storeDir}/" path);
}
