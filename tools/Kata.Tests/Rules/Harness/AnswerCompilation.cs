using System.Collections.Immutable;
using System.Numerics.Tensors;
using Kata.Engine.Catalogue;
using Kata.Engine.Hints;
using MathNet.Numerics.LinearAlgebra;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kata.Tests.Rules.Harness;

/// <summary>Compiles sources as an answer is compiled (shared files and packages included) and runs rules over them.</summary>
public static class AnswerCompilation
{
    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14, DocumentationMode.Parse);

    /// <summary>The clone that the tests run in.</summary>
    public static Repository Repository { get; } = Repository.Find(AppContext.BaseDirectory);

    /// <summary>References and alternatives, relative to the clone: not the wrong answers that people wrote.</summary>
    public static IEnumerable<string> CorrectAnswers =>
        Directory.GetFiles(Repository.Solutions, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(Path.GetDirectoryName(file)) != "attempts")
            .Select(file => Path.GetRelativePath(Repository.Root, file));

    private static readonly IReadOnlyList<SyntaxTree> Shared =
        [.. Directory.GetFiles(Path.Combine(Repository.Katas, "Shared"), "*.cs").Select(file => Parse(File.ReadAllText(file), file))];

    private static readonly IReadOnlyList<MetadataReference> References =
    [
        .. Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll")
            .Where(file => Path.GetFileName(file) is var name && (name.StartsWith("System.", StringComparison.Ordinal) || name is "mscorlib.dll" or "netstandard.dll")
                && !name.Contains(".Native.", StringComparison.Ordinal))
            .Append(typeof(Matrix<double>).Assembly.Location)
            .Append(typeof(Tensor).Assembly.Location)
            .Select(file => MetadataReference.CreateFromFile(file)),
    ];

    /// <summary>Parses in the language version of the katas.</summary>
    public static SyntaxTree Parse(string source, string path) => CSharpSyntaxTree.ParseText(source, Language, path);

    /// <summary>Compiles one answer together with the shared files.</summary>
    public static CSharpCompilation Of(string source, string path) =>
        CSharpCompilation.Create(
            "Answer",
            [.. Shared, Parse(source, path)],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: false));

    /// <summary>What rules say about an answer. A rule that throws fails the test with its exception.</summary>
    public static ImmutableArray<Diagnostic> Diagnose(
        this CSharpCompilation compilation, IEnumerable<DiagnosticAnalyzer> rules, params IEnumerable<AdditionalText> additionalFiles)
    {
        var found = CodeHints.DiagnoseAsync(compilation, [.. rules], [.. additionalFiles], CancellationToken.None).GetAwaiter().GetResult();
        var crash = found.FirstOrDefault(diagnostic => diagnostic.Id == "AD0001");
        return crash is null
            ? found
            : throw new InvalidOperationException($"A rule threw:\n{crash.Descriptor.Description}\nover\n{compilation.SyntaxTrees[^1]}");
    }
}
