# Who may connect to what.
{ nixpkgs }:
let
  inherit (import ./hosts.nix { inherit nixpkgs; }) configOf lib;

  rules.fleet.firewall = {
    allow = [
      {
        from = "nodes";
        protocol = "tcp";
        ports = [
          6443
          10250
        ];
      }
      {
        from = "servers";
        protocol = "tcp";
        ports = [ 2379 ];
      }
      {
        from = "servers";
        protocol = "vrrp";
      }
      {
        from = "nodes";
        protocol = "udp";
        ports = [ 8472 ];
      }
      {
        from = "admins";
        protocol = "tcp";
        ports = [ 6443 ];
      }
    ];
    trustedInterfaces = [
      "cni0"
      "flannel.1"
    ];
  };
  nftables.networking.nftables.enable = true;

  # NixOS adds rules of its own around ours.
  linesWith = prefix: text: lib.filter (line: lib.hasPrefix prefix line) (lib.splitString "\n" text);
  iptablesRules =
    name: modules:
    linesWith "iptables -w -A nixos-fw "
      (configOf name { imports = modules; }).networking.firewall.extraCommands;
  nftablesRules =
    name: modules:
    linesWith "ip saddr " (configOf name { imports = modules; }).networking.firewall.extraInputRules;
in
{
  testIptables = {
    expr = iptablesRules "one" [ rules ];
    expected = [
      "iptables -w -A nixos-fw -p tcp -s 192.0.2.3 --dport 6443 -j nixos-fw-accept"
      "iptables -w -A nixos-fw -p tcp -s 192.0.2.3 --dport 10250 -j nixos-fw-accept"
      "iptables -w -A nixos-fw -p tcp -s 192.0.2.2 --dport 6443 -j nixos-fw-accept"
      "iptables -w -A nixos-fw -p tcp -s 192.0.2.2 --dport 10250 -j nixos-fw-accept"
      "iptables -w -A nixos-fw -p tcp -s 192.0.2.2 --dport 2379 -j nixos-fw-accept"
      "iptables -w -A nixos-fw -p 112 -s 192.0.2.2 -j nixos-fw-accept"
      "iptables -w -A nixos-fw -p udp -s 192.0.2.3 --dport 8472 -j nixos-fw-accept"
      "iptables -w -A nixos-fw -p udp -s 192.0.2.2 --dport 8472 -j nixos-fw-accept"
      "iptables -w -A nixos-fw -p tcp -s 198.51.100.0/24 --dport 6443 -j nixos-fw-accept"
    ];
  };

  testNftables = {
    expr = nftablesRules "one" [
      rules
      nftables
    ];
    expected = [
      "ip saddr { 192.0.2.3, 192.0.2.2 } tcp dport { 6443, 10250 } accept"
      "ip saddr { 192.0.2.2 } tcp dport { 2379 } accept"
      "ip saddr { 192.0.2.2 } ip protocol 112 accept"
      "ip saddr { 192.0.2.3, 192.0.2.2 } udp dport { 8472 } accept"
      "ip saddr { 198.51.100.0/24 } tcp dport { 6443 } accept"
    ];
  };

  # NixOS refuses the rules of one backend while the other is on.
  testOneBackendAtATime = {
    expr = {
      iptables = (configOf "one" rules).networking.firewall.extraInputRules;
      nftables = iptablesRules "one" [
        rules
        nftables
      ];
    };
    expected = {
      iptables = "";
      nftables = [ ];
    };
  };

  testNobodyElseMayConnect = {
    expr = {
      inherit ((configOf "one" rules).networking.firewall) allowedTCPPorts allowedUDPPorts;
    };
    expected = {
      allowedTCPPorts = [ ];
      allowedUDPPorts = [ ];
    };
  };

  testAFleetOfOneHostOpensNothingToNodes =
    let
      alone.fleet = {
        nodes = lib.mkForce {
          one = {
            address = "192.0.2.1";
            role = "server";
          };
        };
        firewall.admins = lib.mkForce [ ];
      };
    in
    {
      expr =
        iptablesRules "one" [
          rules
          alone
        ]
        ++ nftablesRules "one" [
          rules
          alone
          nftables
        ];
      expected = [ ];
    };

  testThePodNetworkIsTrusted = {
    expr = lib.naturalSort (configOf "one" rules).networking.firewall.trustedInterfaces;
    expected = [
      "cni0"
      "flannel.1"
      "lo"
    ];
  };
}
