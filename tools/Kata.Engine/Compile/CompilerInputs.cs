using System.Collections.Immutable;
using Kata.Runner.Protocol;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kata.Engine.Compile;

/// <summary>What MSBuild compiles answers and tests with: references, symbols and options.</summary>
internal sealed class CompilerInputs
{
    /// <summary>Built by the child's project, beside whose output these files lie.</summary>
    private static readonly string Folder = Path.GetDirectoryName(typeof(Frames).Assembly.Location)!;

    private readonly Lazy<ImmutableArray<MetadataReference>> answerReferences;
    private readonly Lazy<ImmutableArray<MetadataReference>> testReferences;

    /// <summary>Reads what the build wrote.</summary>
    /// <param name="onAllProcessors">Whether a compilation uses all processors.</param>
    /// <exception cref="KataException">The tool is not built completely.</exception>
    public CompilerInputs(bool onAllProcessors)
    {
        var shared = new Dictionary<string, MetadataReference>();
        var answerPaths = ReadLines("answers.references.txt");
        var testPaths = ReadLines("tests.references.txt");
        var symbols = ReadLines("symbols.txt").Where(symbol => symbol != "RELEASE").Append("DEBUG").Distinct().ToArray();
        answerReferences = new(() => [.. answerPaths.Select(Load)]);
        testReferences = new(() => [.. testPaths.Select(Load)]);
        CompilationOptions = Options(onAllProcessors);
        ParseOptions = new CSharpParseOptions(LanguageVersion.CSharp14, DocumentationMode.None, SourceCodeKind.Regular, symbols);

        // The build of the tool and the versions of every package show in these lines.
        Identity = string.Join('\n', testPaths.Concat(symbols).Append($"{typeof(Frames).Module.ModuleVersionId}").Append($"{typeof(CompilerInputs).Module.ModuleVersionId}"));

        MetadataReference Load(string path)
        {
            lock (shared)
            {
                if (!shared.TryGetValue(path, out var reference))
                {
                    shared[path] = reference = LoadReference(path);
                }

                return reference;
            }
        }
    }

    /// <summary>How source is parsed.</summary>
    public CSharpParseOptions ParseOptions { get; }

    /// <summary>
    /// How a library is compiled: as a debug build does, with the SDK's warnings that are errors, and without those
    /// that the SDK silences (packages built for an older runtime). Looking for nulls is left to the build: it only
    /// gives warnings, and takes a quarter of the time.
    /// </summary>
    public CSharpCompilationOptions CompilationOptions { get; }

    /// <summary>What answers are compiled against.</summary>
    public ImmutableArray<MetadataReference> AnswerReferences => answerReferences.Value;

    /// <summary>What tests are compiled against, the answer aside.</summary>
    public ImmutableArray<MetadataReference> TestReferences => testReferences.Value;

    /// <summary>Text that differs when anything here or in the tool differs.</summary>
    public string Identity { get; }

    private static CSharpCompilationOptions Options(bool onAllProcessors) => new(
        OutputKind.DynamicallyLinkedLibrary,
        optimizationLevel: OptimizationLevel.Debug,
        checkOverflow: false,
        nullableContextOptions: NullableContextOptions.Annotations,
        deterministic: true,
        concurrentBuild: onAllProcessors,
        specificDiagnosticOptions: [
            new("SYSLIB0011", ReportDiagnostic.Error), new("CS1701", ReportDiagnostic.Suppress), new("CS1702", ReportDiagnostic.Suppress)]);

    private static string[] ReadLines(string name)
    {
        var path = Path.Combine(Folder, name);
        return File.Exists(path)
            ? File.ReadAllLines(path)
            : throw new KataException(Texts.ToolIncomplete.With(path));
    }

    private static MetadataReference LoadReference(string path) =>
        File.Exists(path)
            ? MetadataReference.CreateFromFile(path)
            : throw new KataException(Texts.ReferenceMissing.With(path));
}
