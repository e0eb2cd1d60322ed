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

    private (IReadOnlyList<SourceFile> Shared, CSharpCompilation Compilation)? kept;

    /// <summary>What the compiler knows of an answer, without compiling it.</summary>
    public CSharpCompilation Declare(IReadOnlyList<SourceFile> shared, string text, string path, CancellationToken cancellation) =>
        WithShared(shared).AddSyntaxTrees(SourceFile.Parse(text, path, inputs.ParseOptions, cancellation));

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
        if (kept is { } known && known.Shared.SequenceEqual(shared))
        {
            return known.Compilation;
        }

        var compilation = CSharpCompilation.Create(
            AssemblyName, shared.Select(file => file.Tree), inputs.AnswerReferences, inputs.CompilationOptions);
        kept = (shared, compilation);
        return compilation;
    }
}
