# What listens on 127.0.0.1 only, published.
{ nixpkgs }:
let
  inherit (import ./hosts.nix { inherit nixpkgs; })
    accepts
    configOf
    lib
    ;

  published.fleet.loopback.dashboard = {
    port = 11000;
    publish = 11001;
    from = [
      "198.51.100.0/24"
      "203.0.113.7"
    ];
  };
  one = configOf "one" published;
  ours = lib.filterAttrs (name: _: lib.hasPrefix "fleet-loopback-" name);
in
{
  testItListensOnTheHostsAddressAndNotOnAll = {
    expr = one.systemd.sockets.fleet-loopback-dashboard.socketConfig;
    expected = {
      ListenStream = "192.0.2.1:11001";
      FreeBind = true;
    };
  };

  testItIsStartedWithTheHost = {
    expr = one.systemd.sockets.fleet-loopback-dashboard.wantedBy;
    expected = [ "sockets.target" ];
  };

  testWhatComesIsPassedToTheLoopback =
    let
      inherit (one.systemd.services.fleet-loopback-dashboard) serviceConfig;
    in
    {
      expr = {
        command = lib.last (lib.splitString "/" serviceConfig.ExecStart);
        inherit (serviceConfig) DynamicUser IPAddressAllow IPAddressDeny;
      };
      expected = {
        command = "systemd-socket-proxyd 127.0.0.1:11000";
        DynamicUser = true;
        IPAddressAllow = "localhost";
        IPAddressDeny = "any";
      };
    };

  testOtherHostsAndTheNetworksThatAreNamedMayConnect = {
    expr = lib.filter (lib.hasInfix "--dport 11001") (
      lib.splitString "\n" one.networking.firewall.extraCommands
    );
    expected =
      map (from: "iptables -w -A nixos-fw -p tcp -s ${from} --dport 11001 -j nixos-fw-accept")
        [
          "192.0.2.3"
          "192.0.2.2"
          "198.51.100.0/24"
          "203.0.113.7"
        ];
  };

  testAHostWithoutAnyHasNoUnits =
    let
      none = configOf "one" { };
    in
    {
      expr = ours none.systemd.sockets // ours none.systemd.services;
      expected = { };
    };

  testRulesAreMadeOfAddressesOnly = {
    expr =
      map
        (
          from:
          accepts
            [ "fleet" "firewall" "allow" ]
            [
              {
                inherit from;
                protocol = "tcp";
                ports = [ 1 ];
              }
            ]
        )
        [
          "nodes"
          [ "192.0.2.0/24" ]
          "192.0.2.0/24"
          [ "everybody" ]
          [ "192.0.2.1; reboot" ]
        ];
    expected = [
      true
      true
      false
      false
      false
    ];
  };
}
