# lib.mkFleet: a folder of hosts becomes NixOS configurations.
{ nixpkgs }:
let
  inherit (import ./hosts.nix { inherit nixpkgs; }) lib;
  mkFleet = import ../../nix/mk-fleet.nix {
    nixpkgs = { inherit lib; };
    module = ../../modules;
  };
  hosts = ../../hosts;
  rendered = hosts + "/rendered/nix";
in
{
  testOneConfigurationForEachRenderedHost = {
    expr = lib.attrNames (mkFleet { inherit hosts; }).nixosConfigurations;
    expected = map (lib.removeSuffix ".nix") (lib.attrNames (builtins.readDir rendered));
  };

  testAHostIsNamedAsItsFile = {
    expr =
      lib.mapAttrs (_: host: host.config.networking.hostName)
        (mkFleet { inherit hosts; }).nixosConfigurations;
    expected = lib.mapAttrs (name: _: name) (mkFleet { inherit hosts; }).nixosConfigurations;
  };

  testTheHandWrittenFileIsPartOfTheHost = {
    expr =
      lib.mapAttrsToList (_: host: host.config.system.stateVersion)
        (mkFleet { inherit hosts; }).nixosConfigurations;
    expected = map (_: "26.05") (lib.attrNames (builtins.readDir rendered));
  };

  testFurtherModulesApplyToAllHosts = {
    expr =
      lib.mapAttrsToList (_: host: host.config.time.timeZone)
        (mkFleet {
          inherit hosts;
          modules = [ { time.timeZone = "UTC"; } ];
        }).nixosConfigurations;
    expected = map (_: "UTC") (lib.attrNames (builtins.readDir rendered));
  };

  testAFleetThatWasNeverRenderedSaysSo = {
    expr = (builtins.tryEval (mkFleet { hosts = ./.; }).nixosConfigurations).success;
    expected = false;
  };
}
