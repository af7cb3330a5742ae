# What all VM tests share: hosts as a fleet renders them, on the network of the test driver, with images that are
# loaded beforehand instead of registries. A test says which fleet, which of its hosts, and which script.
{
  config,
  hostPkgs,
  lib,
  ...
}:
let
  inherit (lib) mkOption types;

  cfg = config.fleetTest;
  images = import ./images.nix {
    inherit lib;
    pkgs = hostPkgs;
  };

  # A host of the fleet: its rendered file, the modules, and what a VM has in place of a machine.
  host = name: module: {
    imports = [
      (cfg.fleet + "/rendered/nix/${name}.nix")
      ../../../modules
      ./host.nix
      machine
      module
    ];
    _module.args.images = images;
  };

  # Modules set nixpkgs.*, so the driver's pkgs are handed over as any other: they decide, and configuring them is void.
  machine =
    { config, ... }:
    {
      nixpkgs.pkgs = lib.mkForce hostPkgs;
      nixpkgs.config = lib.mkForce { };
      nixpkgs.hostPlatform = lib.mkDefault hostPkgs.stdenv.hostPlatform.system;

      virtualisation.vlans = [ 1 ];
      networking.interfaces.eth1.ipv4.addresses = lib.mkForce [
        {
          address = config.networking.primaryIPAddress;
          prefixLength = 24;
        }
      ];
    };

  # A machine that is not of the fleet.
  other = address: module: {
    imports = [
      machine
      module
    ];
    networking.primaryIPAddress = lib.mkForce address;
  };

  # What the fleet plans, for scripts to compare with.
  factsOf =
    hosts:
    let
      # What all hosts share.
      inherit ((lib.head (lib.attrValues hosts)).fleet) cluster k3s nodes;
      toAnyone = host: {
        from = "anyone";
        protocol = "tcp";
        ports = host.networking.firewall.allowedTCPPorts;
      };
    in
    {
      inherit nodes;
      inherit (cluster) domain;
      inherit (k3s) tokenFile;
      openings = lib.mapAttrs (_: host: host.fleet.firewall.allow ++ [ (toAnyone host) ]) hosts;
    };
in
{
  options.fleetTest = {
    fleet = mkOption {
      type = types.path;
      description = "Folder with the fleet file and its rendered tree.";
    };
    hosts = mkOption {
      type = types.attrsOf types.deferredModule;
      description = "Hosts of the fleet that boot, each with what this test adds to it.";
    };
    others = mkOption {
      type = types.attrsOf (
        types.submodule {
          options = {
            address = mkOption {
              type = types.str;
              description = "Address in the hosts' network.";
            };
            module = mkOption {
              type = types.deferredModule;
              default = { };
              description = "What the machine is.";
            };
          };
        }
      );
      default = { };
      description = "Machines beside the fleet.";
    };
    facts = mkOption {
      type = types.functionTo (types.attrsOf types.anything);
      default = _: { };
      defaultText = lib.literalExpression "nodes: { }";
      description = "Further facts for the script, from the evaluated nodes.";
    };
    script = mkOption {
      type = types.path;
      description = "The test script; prelude.py and FACTS stand before it.";
    };
  };

  config = {
    node.pkgsReadOnly = false;

    nodes =
      lib.mapAttrs host cfg.hosts
      // lib.mapAttrs (_: machine: other machine.address machine.module) cfg.others;

    # A literal of JSON is one of Python.
    testScript =
      { nodes, ... }:
      let
        facts = factsOf (lib.intersectAttrs cfg.hosts nodes) // {
          more = cfg.facts nodes;
        };
      in
      lib.concatStringsSep "\n" [
        (builtins.readFile ./prelude.py)
        "FACTS: Facts = json.loads(${builtins.toJSON (builtins.toJSON facts)})"
        (builtins.readFile cfg.script)
      ];
  };
}
