{
  description = "Turns one YAML file into NixOS k3s hosts with GPUs and the manifests of everything that runs on them.";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      eachSystem =
        f:
        lib.genAttrs [
          "x86_64-linux"
          "aarch64-linux"
        ] (system: f nixpkgs.legacyPackages.${system} self.packages.${system}.pyfleet);
      app = package: {
        type = "app";
        program = lib.getExe package;
        meta.description = package.meta.description or package.name;
      };
    in
    {
      # For a fleet in its own repository; see templates/default.
      lib.mkFleet = import ./nix/mk-fleet.nix {
        inherit nixpkgs;
        module = self.nixosModules.default;
      };

      # One for each file of modules/, by its stem; `default` is all of them.
      nixosModules = lib.mapAttrs' (file: _: {
        name = lib.removeSuffix ".nix" file;
        value.imports = [ (./modules + "/${file}") ];
      }) (lib.filterAttrs (file: _: lib.hasSuffix ".nix" file) (builtins.readDir ./modules));

      inherit (self.lib.mkFleet { hosts = ./hosts; }) nixosConfigurations;

      packages = eachSystem (
        pkgs: pyfleet: {
          pyfleet = import ./nix/package.nix {
            inherit pkgs;
            src = self;
          };
          default = pyfleet;
          pytest-nix = import ./nix/pytest-nix.nix { inherit pkgs; };
        }
      );

      apps = eachSystem (
        pkgs: pyfleet: {
          pyfleet = app pyfleet;
          default = app pyfleet;
          render = app (import ./nix/render.nix { inherit pkgs pyfleet; });
        }
      );

      checks = eachSystem (pkgs: _: import ./nix/checks.nix { inherit self pkgs; });

      devShells = eachSystem (
        pkgs: pyfleet: { default = import ./nix/dev-shell.nix { inherit pkgs pyfleet; }; }
      );

      formatter = eachSystem (pkgs: _: import ./nix/formatter.nix { inherit pkgs; });

      templates.default = {
        path = ./templates/default;
        description = "A fleet in its own repository";
      };
    };
}
