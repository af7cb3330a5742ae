# What Python and the modules both have to know: pyfleet/shared.toml, with its patterns written out.
{ lib }:
let
  shared = lib.importTOML ../pyfleet/shared.toml;

  # A pattern with others in it, each as `<name>`.
  writtenOut =
    pattern:
    let
      parts = builtins.match "(.*)<([A-Za-z0-9]+)>(.*)" pattern;
      part = lib.elemAt parts;
    in
    if parts == null then pattern else writtenOut (part 0 + shared.patterns.${part 1} + part 2);
in
shared // { patterns = lib.mapAttrs (_: writtenOut) shared.patterns; }
