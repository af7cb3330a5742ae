# The hosts of the fleet, as every host knows them.
{ config, lib, ... }:
let
  fleetTypes = import ../nix/types.nix { inherit lib; };
  inherit (import ../nix/shared.nix { inherit lib; }) kubeletLabels;
  inherit (lib) mkOption types;

  inherit (config.fleet) nodes;

  # A kubelet exits if it has a label of Kubernetes' own namespaces that it may not give itself.
  isWithin = namespace: lib.any (parent: namespace == parent || lib.hasSuffix ".${parent}" namespace);
  isRefused =
    key:
    let
      namespace = lib.head (lib.splitString "/" key);
    in
    lib.hasInfix "/" key
    && isWithin namespace kubeletLabels.ownNamespaces
    && !isWithin namespace kubeletLabels.allowedNamespaces
    && !lib.elem key kubeletLabels.allowed;

  # Kubernetes allows one taint for each key and effect.
  taintIdentity =
    taint:
    let
      parts = lib.splitString ":" taint;
    in
    "${lib.head (lib.splitString "=" (lib.head parts))}:${lib.last parts}";

  nodeAssertions =
    name: node:
    let
      taints = map taintIdentity node.taints;
    in
    [
      {
        assertion = fleetTypes.isDnsLabel name;
        message = ''
          fleet.nodes."${name}": a node is named by lower-case letters, digits and `-`. Rename the host, here and in networking.hostName.
        '';
      }
      {
        assertion = lib.allUnique taints;
        message = ''
          fleet.nodes.${name}.taints: two taints have the same key and effect, which Kubernetes refuses. Keep one of them.
        '';
      }
    ]
    ++ map (key: {
      assertion = fleetTypes.isLabelKey key;
      message = ''
        fleet.nodes.${name}.labels: "${key}" is no label key. Write [prefix/]name, the name of at most 63 letters, digits and `-_.`.
      '';
    }) (lib.attrNames node.labels)
    ++ map (key: {
      assertion = !isRefused key;
      message = ''
        fleet.nodes.${name}.labels: a kubelet may not give itself "${key}", and k3s would not start. Use a key under your own domain (fleet.cluster.domain).
      '';
    }) (lib.attrNames node.labels);
in
{
  options.fleet = {
    cluster = {
      name = mkOption {
        type = fleetTypes.dnsLabel;
        example = "hydra";
        description = "Name of the cluster.";
      };
      domain = mkOption {
        type = fleetTypes.dnsSubdomain;
        example = "hydra.io";
        description = "Prefix of the fleet's own labels and annotations.";
      };
    };

    nodes = mkOption {
      default = { };
      description = "All hosts of the fleet, by {option}`networking.hostName`.";
      type = types.attrsOf (
        types.submodule {
          options = {
            address = mkOption {
              type = fleetTypes.ipv4;
              example = "192.0.2.10";
              description = "The host's address in the cluster's network: its node IP, and its source address in the firewalls of the others.";
            };
            role = mkOption {
              type = types.enum [
                "server"
                "agent"
              ];
              default = "agent";
              description = "Whether the host is a server of the control plane.";
            };
            labels = mkOption {
              type = types.attrsOf fleetTypes.labelValue;
              default = { };
              example = {
                "hydra.io/gpu-count" = "2";
              };
              description = "Labels of the node.";
            };
            taints = mkOption {
              type = types.listOf fleetTypes.taint;
              default = [ ];
              example = [ "nvidia.com/gpu=present:NoSchedule" ];
              description = "Taints of the node, as `kubectl taint` spells them.";
            };
          };
        }
      );
    };
  };

  config.assertions = lib.concatLists (lib.mapAttrsToList nodeAssertions nodes);
}
