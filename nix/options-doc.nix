# The options fleet.* as a page of Markdown, generated from the modules: modules/README.md.
{ lib }:
let
  inherit (lib) concatStringsSep filter replaceStrings;

  inherit
    (lib.evalModules {
      modules = [
        ../modules
        # What the modules set is not looked at, so the options of NixOS need not be there.
        { _module.check = false; }
      ];
    })
    options
    ;

  documented = filter (option: !option.internal && option.visible != false) (
    lib.optionAttrSetToDocList options.fleet
  );

  # Roles of NixOS' manual: {option}`x`. A bar would end the cell.
  cell =
    text:
    replaceStrings
      [
        "{option}"
        "{file}"
        "{command}"
        "{var}"
        "|"
        "\n"
      ]
      [
        ""
        ""
        ""
        ""
        "\\|"
        " "
      ]
      (lib.trim text);
  code = text: "`${text}`";

  # A value is as Nix shows it, or a text that stands for it.
  default =
    option:
    if !option ? default then
      "none"
    else if option.default._type or null == "literalMD" then
      cell option.default.text
    else
      code (
        cell (option.default.text or (lib.generators.toPretty { multiline = false; } option.default))
      );

  row =
    option:
    "| ${
      concatStringsSep " | " [
        (code option.name)
        (cell option.type)
        (default option)
        (cell option.description)
      ]
    } |";
in
''
  # Options

  What the modules of this folder read. `pyfleet render` sets them in `rendered/`; a host's own file may set them too.
  This page is generated from the modules (`nix/options-doc.nix`); a test shows how to update it.

  | option | type | default | what it is |
  | --- | --- | --- | --- |
''
+ lib.concatMapStrings (option: "${row option}\n") documented
