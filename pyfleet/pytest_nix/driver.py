"""The Nix half of the plugin: reads a test file and answers questions about it.

`tree`, `names` and `kind` find tests; `judge` runs many at once, catching what Nix can catch; the
others look at one test, and fail with the test's own error.
"""

from __future__ import annotations

NO_NIXPKGS = "pyfleet-no-nixpkgs"

DRIVER = r"""
{ file, root, nixpkgs, path ? [ ], paths ? [ ] }:
let
  available = {
    inherit root;
    nixpkgs = if nixpkgs == null then abort "pyfleet-no-nixpkgs" else nixpkgs; # no `tryEval` catches it
    lib = import (available.nixpkgs + "/lib");
  };
  content = import file;
  result =
    if builtins.isFunction content then
      content (builtins.intersectAttrs (builtins.functionArgs content) available)
    else
      content;
  tests =
    if builtins.isAttrs result then
      result
    else
      throw "a test file is an attribute set of tests, or a function of `nixpkgs`, `lib` and `root` to one";
  at = builtins.foldl' (set: name: set.${name}) tests;
  test = at path;
  kind =
    value:
    if !builtins.isAttrs value then
      "test"
    else if value ? expr || value ? expected || value ? expectedError then
      "test"
    else
      "group";
  name =
    set: name:
    let
      position = builtins.unsafeGetAttrPos name set;
    in
    {
      inherit name;
      line = if position == null then 1 else position.line;
    };
  describe =
    set: key:
    let
      looked = builtins.tryEval (kind set.${key});
      found = if looked.success then looked.value else "test";
    in
    name set key
    // {
      kind = found;
      children = if found == "group" then map (describe set.${key}) (builtins.attrNames set.${key}) else [ ];
    };
  judge =
    withValues: path:
    let
      test = at path;
      judged = builtins.tryEval (
        if !builtins.isAttrs test then
          { state = "shape"; }
        else if test ? expr && test ? expectedError then
          {
            state = "error";
            inherit (test) expectedError;
          }
        else if !(test ? expr && test ? expected) then
          { state = "shape"; }
        else if test.expr == test.expected then
          { state = "equal"; }
        else
          { state = "different"; } // (if withValues then { inherit (test) expr expected; } else { })
      );
    in
    if judged.success then judged.value else { state = "threw"; };
in
{
  tree = map (describe test) (builtins.attrNames test);
  names = map (name test) (builtins.attrNames test);
  kind = kind test;
  judge = map (judge true) paths;
  state = (judge false path).state;
  compare = test.expr == test.expected;
  expr = test.expr;
  expected = test.expected;
  force = builtins.deepSeq test.expr true;
  caught = !(builtins.tryEval (builtins.deepSeq test.expr true)).success;
}
"""
