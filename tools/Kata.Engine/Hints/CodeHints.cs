using System.Collections.Immutable;
using System.Globalization;
using Kata.Engine.Catalogue;
using Kata.Engine.Compile;
using Kata.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Kata.Engine.Hints;

/// <summary>
/// Hints from what the answer says: the rules of the editor and the build, run over the answer in memory. They
/// also speak about an answer that passes or does not compile, and are silent when they are not sure.
/// </summary>
/// <param name="inspector">Reads answers.</param>
public sealed class CodeHints(AnswerInspector inspector) : IHintSource
{
    /// <inheritdoc />
    public async Task<IReadOnlyList<Hint>> FindAsync(HintRequest request, CancellationToken cancellation)
    {
        var culture = CultureInfo.GetCultureInfo(request.Language);
        var diagnostics = await DiagnoseAsync(request, cancellation).ConfigureAwait(false);
        return [.. diagnostics.Select(diagnostic => (Diagnostic: diagnostic, Severity: RuleCatalogue.SeverityOf(diagnostic.Descriptor)))
            .Where(found => found.Severity is RuleSeverity.Essential or RuleSeverity.Actionable)
            .Select(found => new Hint(
                "rule",
                found.Diagnostic.Id,
                Sentences(found.Diagnostic.GetMessage(culture), RuleCatalogue.TextOf(found.Diagnostic.Id, request.Language).Why, request.Language),
                found.Diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1,
                found.Severity == RuleSeverity.Essential ? Sureness.Essential : Sureness.Actionable))
            .DistinctBy(hint => (hint.Id, hint.Line))];
    }

    /// <summary>Everything the rules say about a text in the answer's place.</summary>
    private async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(HintRequest request, CancellationToken cancellation)
    {
        var compilation = inspector.Compile(request.Answer, request.AnswerFile, cancellation);
        var found = await DiagnoseAsync(compilation, RuleCatalogue.All, [.. Context(request.Kata)], cancellation).ConfigureAwait(false);
        return [.. found.Where(diagnostic => diagnostic.Location.SourceTree?.FilePath == request.AnswerFile).OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start)];
    }

    /// <summary>What rules say about a compilation.</summary>
    /// <param name="compilation">The answer beside what is shared.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="context">The statement and the tests.</param>
    /// <param name="cancellation">Ends it.</param>
    internal static Task<ImmutableArray<Diagnostic>> DiagnoseAsync(
        Compilation compilation, ImmutableArray<DiagnosticAnalyzer> rules, ImmutableArray<AdditionalText> context, CancellationToken cancellation)
    {
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions(context),
            onAnalyzerException: null,
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false);
        return compilation.WithAnalyzers(rules, options).GetAnalyzerDiagnosticsAsync(cancellation);
    }

    private static string Sentences(string message, string why, string language) =>
        language == "zh" ? $"{message.TrimEnd('。')}。{why}" : $"{message.TrimEnd('.')}. {why}";

    /// <summary>What katas/Katas.csproj passes to the rules: the statement's front matter and the values of the tests.</summary>
    private static IEnumerable<AdditionalText> Context(KataEntry kata) =>
        Directory.EnumerateFiles(kata.TestFolder, "*Tests.cs")
            .Append(Path.Combine(kata.TestFolder, "golden.json"))
            .Append(kata.StatementFile("en"))
            .Where(File.Exists)
            .Select(file => new FileText(file));

    /// <summary>Every rule asks for it: it is read once.</summary>
    private sealed class FileText(string path) : AdditionalText
    {
        private readonly Lazy<SourceText> text = new(() => SourceText.From(File.ReadAllText(path)));

        public override string Path => path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => text.Value;
    }
}
