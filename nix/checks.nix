# Checks of one system: its hosts evaluate, what is rendered is current, the package passes its tests, the Nix code is
# formatted, and the VM tests pass.
{ self, pkgs }:
let
  inherit (pkgs) lib;
  inherit (pkgs.stdenv.hostPlatform) system;
  inherit (self.packages.${system}) pyfleet;

  hosts = lib.filterAttrs (
    _: host: host.pkgs.stdenv.hostPlatform.system == system
  ) self.nixosConfigurations;

  # The derivation is computed, not built: what a host is made of should not be built to check a typo.
  evaluation =
    name: host:
    lib.nameValuePair "eval-${name}" (
      pkgs.runCommand "eval-${name}" {
        drvPath = builtins.unsafeDiscardStringContext host.config.system.build.toplevel.drvPath;
      } ''echo "$drvPath" >"$out"''
    );

  vmTestFolder = ../tests/vm;
  vmTests = lib.optionalAttrs (builtins.pathExists vmTestFolder) (
    lib.mapAttrs' (file: _: {
      name = "vm-${lib.removeSuffix ".nix" file}";
      value = pkgs.testers.runNixOSTest {
        imports = [ (vmTestFolder + "/${file}") ];
        _module.args = { inherit self; };
      };
    }) (lib.filterAttrs (name: _: lib.hasSuffix ".nix" name) (builtins.readDir vmTestFolder))
  );
in
lib.mapAttrs' evaluation hosts
// vmTests
// {
  inherit pyfleet;
  dev-shell = self.devShells.${system}.default;

  rendered =
    pkgs.runCommand "rendered"
      {
        nativeBuildInputs = [ pyfleet ];
      }
      ''
        pyfleet render --check ${self}/hosts/fleet.yaml
        touch "$out"
      '';

  # What the tool renders is spelled by its own tests.
  format =
    pkgs.runCommand "format"
      {
        nativeBuildInputs = [ pkgs.nixfmt ];
      }
      ''
        cd ${self}
        find . -name '*.nix' -not -path '*/rendered/*' -print0 | xargs -0 nixfmt --check
        touch "$out"
      '';
}
