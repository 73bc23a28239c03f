import ts from 'typescript';
import { filesIn, nodesIn, parse } from './support/sources';

interface DocumentedProp {
  readonly where: string;
  readonly name: string;
  readonly documented: boolean;
  readonly optional: boolean;
  /** Text of `@default`; undefined without the tag. */
  readonly default?: string;
  readonly file: ts.SourceFile;
}

const sources = [...filesIn('lib', '.ts'), ...filesIn('stacks', '.ts')].map(parse);
/** What users write; the command line and the writers of documents have shapes of their own inside. */
const props = sources.filter(({ fileName }) => !/^lib\/(cli|kiro)\//.test(fileName)).flatMap(propsOf);

function propsOf(file: ts.SourceFile): DocumentedProp[] {
  return [...nodesIn(file)]
    .filter(ts.isInterfaceDeclaration)
    .filter(isExported)
    .flatMap((declaration) =>
      declaration.members.filter(ts.isPropertySignature).map((member) => {
        const name = member.name.getText();
        const docs = ts.getJSDocCommentsAndTags(member);
        const tag = ts.getJSDocTags(member).find(({ tagName }) => tagName.text === 'default');
        return {
          where: `${file.fileName} ${declaration.name.text}.${name}`,
          name,
          documented: docs.length > 0,
          optional: member.questionToken !== undefined,
          default: tag && (ts.getTextOfJSDocComment(tag.comment) ?? ''),
          file,
        };
      }),
    );
}

function isExported(declaration: ts.InterfaceDeclaration): boolean {
  return declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** What the file falls back to for a prop: `props.x ?? y`, `{ x = y }`. */
function fallbacks(file: ts.SourceFile, name: string): string[] {
  return [...nodesIn(file)].flatMap((node) => {
    if (ts.isBindingElement(node) && node.initializer && (node.propertyName ?? node.name).getText() === name)
      return [node.initializer.getText()];
    if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.QuestionQuestionToken) return [];
    const left = node.left.getText().replace(/\?/g, '');
    return left === name || left.endsWith(`.${name}`) ? [node.right.getText()] : [];
  });
}

const plain = (text: string) => text.replace(/[`\s]/g, '').replace(/"/g, "'").replace(/,\]/g, ']');

/** Props that are the handle they are named after. */
const handles = ['foundation', 'ingress', 'observability', 'gitops', 'security', 'mesh', 'data', 'namespace'];

test('there is something to check', () => {
  expect(props.length).toBeGreaterThan(100);
});

test('every optional prop says what happens without it', () => {
  expect(props.filter((prop) => prop.optional && !prop.default?.trim()).map(({ where }) => where)).toEqual([]);
});

test('every default that is a value is the one in the code', () => {
  const values = props.filter((prop) => prop.default !== undefined && !prop.default.startsWith('-'));
  expect(values.length).toBeGreaterThan(20);
  const wrong = values.filter(({ file, name, default: stated = '' }) => {
    const here = fallbacks(file, name);
    const real = here.length > 0 ? here : sources.flatMap((other) => fallbacks(other, name));
    return real.length === 0 ? plain(stated) !== 'false' : !real.map(plain).includes(plain(stated));
  });
  expect(
    wrong.map(({ where, default: stated, file, name }) => `${where}: ${stated}, code: ${fallbacks(file, name)}`),
  ).toEqual([]);
});

test('props of components and stacks are documented', () => {
  expect(
    props
      .filter(({ documented, name, where }) => /Props\./.test(where) && !documented && !handles.includes(name))
      .map(({ where }) => where),
  ).toEqual([]);
});

test('every exported class says what it is for', () => {
  const silent = sources.flatMap((file) =>
    [...nodesIn(file)]
      .filter(ts.isClassDeclaration)
      .filter((declaration) => ts.getJSDocCommentsAndTags(declaration).length === 0)
      .map((declaration) => `${file.fileName} ${declaration.name?.text}`),
  );
  expect(silent).toEqual([]);
});

test('files and functions stay short', () => {
  const long = sources.filter((file) => file.getLineStarts().length > 500).map(({ fileName }) => fileName);
  expect(long).toEqual([]);
});
