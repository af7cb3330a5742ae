# What can be known of a VM test without building it.
{ nixpkgs, file }:
let
  pkgs =
    ((import (nixpkgs + "/flake.nix")).outputs {
      self = {
        outPath = nixpkgs;
      };
    }).legacyPackages.x86_64-linux;
  inherit (pkgs) lib;

  inherit
    (pkgs.testers.runNixOSTest {
      imports = [ file ];
      _module.args.pyfleet = pkgs.hello;
      # The stand-in for nixpkgs has no guest agent.
      defaults.services.qemuGuest.enable = lib.mkIf (!pkgs.qemu_test ? ga) (lib.mkForce false);
    })
    config
    ;

  configurations =
    node: [ node ] ++ lib.mapAttrsToList (_: other: other.configuration) node.specialisation;
in
{
  inherit (config) name;
  script = config.testScriptString;
  images = map (image: image.reference) (
    lib.attrValues (import ../../vm/lib/images.nix { inherit lib pkgs; })
  );
  machines = lib.mapAttrsToList (_: node: node.system.name) config.nodes;

  nodes = lib.mapAttrs (_: node: {
    failures = lib.concatMap (
      each: map (failed: failed.message) (lib.filter (one: !one.assertion) each.assertions)
    ) (configurations node);
    warnings = lib.concatMap (each: each.warnings) (configurations node);
    # A configuration that can't be evaluated to its end has no derivation.
    system = map (each: each.system.build.toplevel.drvPath) (configurations node);
    units =
      map (name: "${name}.service") (lib.attrNames node.systemd.services)
      ++ map (name: "${name}.timer") (lib.attrNames node.systemd.timers);
    address = node.networking.primaryIPAddress;
    ports = lib.concatMap (
      each:
      each.networking.firewall.allowedTCPPorts
      ++ lib.concatMap (opening: opening.ports) (each.fleet.firewall.allow or [ ])
    ) (configurations node);
    labels = lib.concatMap (
      each:
      lib.concatMap (planned: lib.attrNames planned.labels) (lib.attrValues (each.fleet.nodes or { }))
    ) (configurations node);
  }) config.nodes;
}
