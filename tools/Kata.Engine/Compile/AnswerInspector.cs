using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kata.Engine.Compile;

/// <summary>What the compiler knows of an answer without running it.</summary>
public sealed class AnswerInspector
{
    private readonly CheckCompiler compiler;

    /// <summary>An inspector of its own.</summary>
    /// <param name="repository">The clone.</param>
    public AnswerInspector(Repository repository)
        : this(new CheckCompiler(repository))
    {
    }

    /// <summary>The inspector of a checker: what the one has bound, the other need not bind again.</summary>
    /// <param name="compiler">The checker's.</param>
    internal AnswerInspector(CheckCompiler compiler) => this.compiler = compiler;

    /// <summary>Warnings and errors of an answer, those about nulls as well.</summary>
    public IReadOnlyList<CompilerMessage> Warnings(string file, CancellationToken cancellation)
    {
        var compilation = Compile(file, cancellation);
        var lookingForNulls = compilation.WithOptions(compilation.Options.WithNullableContextOptions(NullableContextOptions.Enable));
        return [.. lookingForNulls.GetDiagnostics(cancellation)
            .Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .Select(diagnostic => AnswerCompiler.Describe(diagnostic, file))];
    }

    /// <summary>Every public type and member of an answer, one line each, sorted.</summary>
    public IReadOnlyList<string> Surface(string file, CancellationToken cancellation) =>
        PublicSurface.Of(Compile(file, cancellation).Assembly);

    /// <summary>The answer beside what all answers share, bound against the references that MSBuild uses.</summary>
    public CSharpCompilation Compile(string file, CancellationToken cancellation) =>
        Compile(File.ReadAllText(file), file, cancellation);

    /// <summary>A text in an answer's place.</summary>
    public CSharpCompilation Compile(string text, string path, CancellationToken cancellation) => compiler.Declare(text, path, cancellation);
}
