# Reads a file of tests. `list` returns which tests it has; `run` runs some and returns each result; `force`
# evaluates the `expr` of one.
{
  file,
  root,
  nixpkgs, # null where there is none
  ask,
  paths ? [ ],
}:
let
  content = import file;
  named = if builtins.isFunction content then builtins.functionArgs content else { };
  available = {
    inherit nixpkgs root;
    lib = import (nixpkgs + "/lib");
  };
  result =
    if builtins.isFunction content then
      content (builtins.intersectAttrs named available)
    else
      content;
  tests =
    if builtins.isAttrs result then
      result
    else
      throw "a test file is an attribute set of tests, or a function of `nixpkgs`, `lib` and `root` to one";
  at = builtins.foldl' (set: name: set.${name}) tests;

  isTest =
    value: !builtins.isAttrs value || value ? expr || value ? expected || value ? expectedError;
  find =
    prefix: set:
    builtins.concatMap (
      name:
      let
        path = prefix ++ [ name ];
        position = builtins.unsafeGetAttrPos name set;
      in
      if isTest set.${name} then
        [
          {
            inherit path;
            line = position.line or 1; # null where the name was computed
          }
        ]
      else
        find path set.${name}
    ) (builtins.attrNames set);

  # A value as a person reads it; what can't be shown is named.
  show =
    margin: value:
    let
      deeper = margin + "  ";
      lines =
        open: items: close:
        let
          inner = map (item: "\n${deeper}${item}") items;
        in
        if items == [ ] then
          "${open} ${close}"
        else
          "${open}${builtins.concatStringsSep "" inner}\n${margin}${close}";
    in
    if builtins.isFunction value then
      "<function>"
    else if builtins.isPath value then
      toString value
    else if builtins.isList value then
      lines "[" (map (show deeper) value) "]"
    else if value.type or null == "derivation" then
      "<derivation ${value.outPath}>"
    else if builtins.isAttrs value then
      lines "{" (map (name: "${name} = ${show deeper value.${name}};") (builtins.attrNames value)) "}"
    else
      builtins.toJSON value;

  judge =
    path:
    let
      test = at path;
    in
    if !(test ? expr && (test ? expected || test ? expectedError)) then
      {
        failure = "neither a test nor a group: a test has `expr`, and `expected` or `expectedError`";
      }
    else if test ? expectedError then
      if removeAttrs test.expectedError [ "msg" ] == { } then
        { wanted = test.expectedError.msg or ""; }
      else
        {
          failure = "`expectedError` has one key, `msg`: a regular expression for the error's message";
        }
    else if test.expr == test.expected then
      { }
    else
      {
        expected = show "" test.expected;
        actual = show "" test.expr;
      };

  # What can be caught mustn't hide the others; a test by itself fails with its own error.
  attempt =
    path:
    let
      judged = judge path;
      tried = builtins.tryEval (builtins.deepSeq judged judged);
    in
    if tried.success then tried.value else { threw = true; };
in
{
  list = if nixpkgs == null && (named ? nixpkgs || named ? lib) then null else find [ ] tests;
  run = map (if builtins.length paths == 1 then judge else attempt) paths;
  force = builtins.deepSeq (at (builtins.head paths)).expr true;
}
.${ask}
