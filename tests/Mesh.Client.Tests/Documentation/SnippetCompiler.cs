using System.Reflection;
using Mesh.Client.TestShop;
using Mesh.Client.Tests.Grpc;
using Mesh.Model.Tests;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;

namespace Mesh.Client.Tests.Documentation;

/// <summary>Compiles what the documentation shows as a reader would: in a web project, with the packages that these tests have.</summary>
internal static class SnippetCompiler
{
    // The SDK never shows the first; the others are of what is declared and not used, as it may be in a piece of a program.
    private static readonly string[] s_unsaid = ["CS1701", "CS0219", "CS8321"];

    // Those of the Web SDK, and what the pages take for granted.
    private static readonly string s_usings = string.Concat(((string[])
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Net.Http.Json", "System.Threading",
        "System.Threading.Tasks", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
        typeof(Pricing).Namespace!, $"static {typeof(Reader).FullName}", $"Program = {typeof(ShopFront).FullName}",
    ]).Select(name => $"global using {name};"));

    private static readonly CSharpParseOptions s_parse = new(LanguageVersion.Latest);

    private static readonly SyntaxTree s_prelude = CSharpSyntaxTree.ParseText(s_usings, s_parse);

    private static readonly MetadataReference[] s_references =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>All that a compiler has to say, each with the page's line.</summary>
    public static IEnumerable<string> Complaints(MarkdownBlock block) => Compile(block).GetDiagnostics(TestContext.Current.CancellationToken)
        .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && !s_unsaid.Contains(diagnostic.Id))
        .Select(diagnostic => (diagnostic, At: diagnostic.Location.GetMappedLineSpan()))
        .Select(said => $"{said.At.Path}:{said.At.StartLinePosition.Line + 1}: {said.diagnostic.Id} {said.diagnostic.GetMessage()}");

    /// <summary>The block as an assembly that can be run.</summary>
    public static Assembly Load(MarkdownBlock block)
    {
        using MemoryStream assembly = new();
        EmitResult result = Compile(block).Emit(assembly, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, block.Place);
        return Assembly.Load(assembly.ToArray());
    }

    private static CSharpCompilation Compile(MarkdownBlock block)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(
            $"#line {block.Line} \"{block.Page}\"\n{block.Text}\n", s_parse, cancellationToken: TestContext.Current.CancellationToken);
        bool isProgram = tree.GetCompilationUnitRoot(TestContext.Current.CancellationToken).Members.Any(member => member is GlobalStatementSyntax);
        return CSharpCompilation.Create($"{Path.GetFileNameWithoutExtension(block.Page)}-{block.Line}", [s_prelude, tree], s_references, new CSharpCompilationOptions(
            isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }
}
