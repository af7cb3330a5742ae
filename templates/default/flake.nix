{
  description = "A fleet of GPU machines";

  # Where pyfleet lives; `nix flake lock` pins it, and the nixpkgs that it was tested with.
  inputs.pyfleet.url = "github:pyfleet/pyfleet";

  outputs =
    { pyfleet, ... }:
    pyfleet.lib.mkFleet { hosts = ./hosts; } // { inherit (pyfleet) apps devShells formatter; };
}
