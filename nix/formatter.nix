# `nix fmt`: nixfmt on every Nix file but those that pyfleet writes.
{ pkgs }:
pkgs.nixfmt-tree.override { settings.excludes = [ "**/rendered/**" ]; }
