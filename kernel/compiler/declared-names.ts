import ts from 'typescript';

/** A name that a cell's top level declares, for later cells to see. */
export interface DeclaredName {
  readonly name: string;
  /** Whether it is a variable that later cells may assign to, and nothing else. */
  readonly variable?: boolean;
  /** Whether it exists at run time only as a type. */
  readonly typeOnly: boolean;
  /** Whether it is no type and no namespace: a variable or a function. */
  readonly valueOnly?: boolean;
  /** How many type parameters it has as a type. */
  readonly parameters?: number;
  /**
   * Whether V8 has to know it by this name: what is `declare`d is there already, and an alias of a namespace's part is
   * TypeScript's business.
   */
  readonly asIs?: boolean;
}

/** The names that a cell declares at its top level, each once. */
export function declaredNames(file: ts.SourceFile): DeclaredName[] {
  const names = new Map<string, DeclaredName>();
  let asIs = false;
  const add = (
    identifier: ts.Identifier | undefined,
    { variable = false, typeOnly = false, valueOnly = false, parameters = 0 } = {},
  ): void => {
    if (!identifier || identifier.text === '') return;
    const known = names.get(identifier.text);
    names.set(identifier.text, {
      name: identifier.text,
      variable: variable && (known?.variable ?? true),
      typeOnly: typeOnly && (known?.typeOnly ?? true),
      valueOnly: valueOnly && (known?.valueOnly ?? true),
      parameters: parameters || (known?.parameters ?? 0),
      asIs: asIs && (known?.asIs ?? true),
    });
  };
  const addBinding = (name: ts.BindingName, variable: boolean): void => {
    if (ts.isIdentifier(name)) add(name, { variable, valueOnly: true });
    else for (const element of name.elements) if (ts.isBindingElement(element)) addBinding(element.name, variable);
  };
  const addList = (list: ts.VariableDeclarationList): void => {
    for (const declaration of list.declarations) addBinding(declaration.name, (list.flags & ts.NodeFlags.Const) === 0);
  };

  for (const statement of file.statements) {
    asIs =
      isDeclared(statement) ||
      (ts.isImportEqualsDeclaration(statement) && !ts.isExternalModuleReference(statement.moduleReference));
    if (ts.isVariableStatement(statement)) addList(statement.declarationList);
    else if (ts.isFunctionDeclaration(statement)) add(statement.name, { valueOnly: true });
    else if (ts.isClassDeclaration(statement)) add(statement.name);
    else if (ts.isEnumDeclaration(statement)) add(statement.name);
    else if (ts.isModuleDeclaration(statement) && ts.isIdentifier(statement.name) && statement.name.text !== 'global')
      add(statement.name);
    else if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement))
      add(statement.name, { typeOnly: true, parameters: statement.typeParameters?.length ?? 0 });
    else if (ts.isImportEqualsDeclaration(statement)) add(statement.name);
    else if (ts.isImportDeclaration(statement)) {
      const clause = statement.importClause;
      add(clause?.name);
      const bindings = clause?.namedBindings;
      if (bindings && ts.isNamespaceImport(bindings)) add(bindings.name);
      else if (bindings) for (const element of bindings.elements) add(element.name);
    } else addNestedVars(statement);
  }
  return [...names.values()];

  /** `var` inside blocks and loops belongs to the top level as well. */
  function addNestedVars(node: ts.Node): void {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isExpression(node)) return;
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) addList(node);
    ts.forEachChild(node, addNestedVars);
  }
}

/** Whether a statement begins with `declare`. */
function isDeclared(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    (ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword) ?? false)
  );
}

/** Whether a cell says `export import name = …`, which cannot be exported twice. */
export function isExported(file: ts.SourceFile, name: string): boolean {
  return file.statements.some(
    (one) => ts.isImportEqualsDeclaration(one) && one.name.text === name && ts.getModifiers(one)?.length,
  );
}
