# NVIDIA's container toolkit with a lister of cards that needs none: `nvidia-ctk` prints a CDI specification written
# here, in which each card is a device file that any kernel has. The output `tools` (the runtimes) is the real one.
{
  cards,
  lib,
  pkgs,
}:
let
  edits = indexes: {
    deviceNodes = map (index: {
      path = "/dev/nvidia${toString index}";
      hostPath = "/dev/zero";
    }) indexes;
    env = map (index: "STAND_IN_CARD_${toString index}=present") indexes;
  };
  indexes = lib.range 0 (cards - 1);

  specification = pkgs.writeText "nvidia-cdi.json" (
    builtins.toJSON {
      cdiVersion = "0.5.0";
      kind = "nvidia.com/gpu";
      containerEdits = {
        env = [ "STAND_IN_CARDS=${toString cards}" ];
        mounts = [ ];
      };
      devices =
        map (index: {
          name = toString index;
          containerEdits = edits [ index ];
        }) indexes
        ++ [
          {
            name = "all";
            containerEdits = edits indexes;
          }
        ];
    }
  );
in
pkgs.writeShellScriptBin "nvidia-ctk" "cat ${specification}"
// {
  tools = lib.getOutput "tools" pkgs.nvidia-container-toolkit;
  inherit specification;
}
