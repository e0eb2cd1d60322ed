using System.Globalization;
using Kata.Engine.Verdicts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace Kata.Engine.Compile;

/// <summary>An answer as a library.</summary>
/// <param name="Compilation">What the compiler knows of it.</param>
/// <param name="Assembly">The library; null when there are errors.</param>
/// <param name="Symbols">Its line numbers.</param>
/// <param name="Errors">Why there is none.</param>
internal sealed record CompiledAnswer(CSharpCompilation Compilation, byte[]? Assembly, byte[]? Symbols, IReadOnlyList<CompilerMessage> Errors);

/// <summary>Compiles <c>katas/Shared</c> and one answer; what is shared is parsed and bound once.</summary>
/// <param name="inputs">References and options.</param>
internal sealed class AnswerCompiler(CompilerInputs inputs)
{
    /// <summary>The name that MSBuild gives the library, which tests refer to.</summary>
    public const string AssemblyName = "Katas";

    private static readonly EmitOptions WithSymbols = new(debugInformationFormat: DebugInformationFormat.PortablePdb);

    private readonly Lock gate = new();
    private Kept? kept;

    /// <summary>The last answer: whoever asks after its check what it says finds everything bound that the check needed.</summary>
    private Declared? last;

    private sealed record Kept(IReadOnlyList<SourceFile> Shared, CSharpCompilation Compilation);

    private sealed record Declared(CSharpCompilation Shared, string Text, string Path, CSharpCompilation Compilation);

    /// <summary>Reads references and what is shared.</summary>
    public void Prepare(IReadOnlyList<SourceFile> shared) => WithShared(shared);

    /// <summary>What the compiler knows of an answer, without compiling it.</summary>
    public CSharpCompilation Declare(IReadOnlyList<SourceFile> shared, string text, string path, CancellationToken cancellation)
    {
        var beside = WithShared(shared);
        if (last is { } known && known.Shared == beside && known.Text == text && known.Path == path)
        {
            return known.Compilation;
        }

        var compilation = beside.AddSyntaxTrees(SourceFile.Parse(text, path, inputs.ParseOptions, cancellation));
        last = new Declared(beside, text, path, compilation);
        return compilation;
    }

    /// <summary>Compiles an answer.</summary>
    public CompiledAnswer Compile(IReadOnlyList<SourceFile> shared, string text, string path, CancellationToken cancellation)
    {
        var compilation = Declare(shared, text, path, cancellation);
        var (assembly, symbols, errors) = Emit(compilation, cancellation);
        return new CompiledAnswer(compilation, assembly, symbols, [.. errors.Select(error => Describe(error, path))]);
    }

    /// <summary>Compiles to memory; bytes or errors.</summary>
    public static (byte[]? Assembly, byte[]? Symbols, IReadOnlyList<Diagnostic> Errors) Emit(CSharpCompilation compilation, CancellationToken cancellation)
    {
        using var assembly = new MemoryStream();
        using var symbols = new MemoryStream();
        var result = compilation.Emit(assembly, symbols, options: WithSymbols, cancellationToken: cancellation);
        return result.Success
            ? (assembly.ToArray(), symbols.ToArray(), [])
            : (null, null, [.. result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)]);
    }

    /// <summary>An error as one line; its file is named unless it is the one that everybody expects.</summary>
    public static CompilerMessage Describe(Diagnostic error, string expectedPath)
    {
        var text = error.GetMessage(CultureInfo.CurrentUICulture).ReplaceLineEndings(" ");
        if (!error.Location.IsInSource)
        {
            return new CompilerMessage(error.Id, text, 0, 0);
        }

        var position = error.Location.GetLineSpan();
        var line = position.StartLinePosition.Line + 1;
        var column = position.StartLinePosition.Character + 1;
        return position.Path == expectedPath
            ? new CompilerMessage(error.Id, text, line, column)
            : new CompilerMessage(error.Id, $"{Path.GetFileName(position.Path)}({line},{column}): {text}", 0, 0);
    }

    private CSharpCompilation WithShared(IReadOnlyList<SourceFile> shared)
    {
        // One after the other: what the first has read, no other needs to read again.
        lock (gate)
        {
            if (kept is null || !kept.Shared.SequenceEqual(shared))
            {
                kept = new Kept(shared, CSharpCompilation.Create(
                    AssemblyName, shared.Select(file => file.Tree), inputs.AnswerReferences, inputs.CompilationOptions));
            }

            return kept.Compilation;
        }
    }
}
