# The options as their users see them.
{ nixpkgs }:
let
  inherit (import ./hosts.nix { inherit nixpkgs; }) evaluate lib;

  fleet = lib.optionAttrSetToDocList (evaluate "one" { }).options.fleet;
in
{
  testTheyAreDocumented = {
    expr = fleet != [ ];
    expected = true;
  };

  testEveryOptionHasADescription = {
    expr = map (option: option.name) (
      lib.filter (option: !option.internal && (option.description or null) == null) fleet
    );
    expected = [ ];
  };

  # A default that depends on the host can't be shown in a manual without its text.
  testEveryDefaultCanBeShown = {
    expr = lib.filter (
      option: !(builtins.tryEval (builtins.deepSeq (option.default or null) true)).success
    ) fleet;
    expected = [ ];
  };
}
