# What the strict types take and refuse. Python's are held against the same examples.
{ nixpkgs }:
let
  lib = import (nixpkgs + "/lib");
  fleetTypes = import ../../nix/types.nix { inherit lib; };
  examples = removeAttrs (lib.importTOML ../shared.toml) [ "kubeletLabels" ];

  types = fleetTypes // {
    absolutePath = fleetTypes.pathNotInStore;
    labelKey.check = fleetTypes.isLabelKey;
    secretItem.check = fleetTypes.isSecretItem;
  };

  test = type: takes: refuses: {
    testTakes = {
      expr = lib.filter (value: !type.check value) takes;
      expected = [ ];
    };
    testRefuses = {
      expr = lib.filter type.check refuses;
      expected = [ ];
    };
  };
in
lib.mapAttrs (name: example: test types.${name} example.takes example.refuses) examples
// {
  testEachFormOfAnOptionHasExamples = {
    expr = lib.subtractLists (lib.attrNames examples) (
      lib.attrNames (import ../../nix/shared.nix { inherit lib; }).patterns
    );
    # Parts of others.
    expected = [
      "cronDay"
      "cronDays"
      "cronHour"
      "cronHours"
      "cronMinute"
      "cronMinutes"
      "cronMonth"
      "cronMonths"
      "cronStep"
      "cronWeekday"
      "cronWeekdays"
      "labelName"
      "octet"
      "pathComponent"
      "prefixLength"
    ];
  };

  pathNotInStore =
    test fleetTypes.pathNotInStore
      [ ]
      [
        ./hosts.nix
        "${builtins.storeDir}/abc-token"
        builtins.storeDir
      ];

  serverUrl =
    test fleetTypes.serverUrl
      [
        "https://192.0.2.1:6443"
        "https://k3s.hydra.io:6443"
      ]
      [
        "192.0.2.1:6443"
        "http://192.0.2.1:6443"
        "https://192.0.2.1"
        "https://192.0.2.1:6443/ --debug"
      ];

  # What is no text at all.
  testNeitherNumberNorTruth = {
    expr = fleetTypes.ipv4.check 1 || fleetTypes.labelValue.check true;
    expected = false;
  };
}
