using Kata.Engine.Verdicts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kata.Engine.Compile;

/// <summary>Compiles a kata's tests and what all tests share.</summary>
/// <param name="inputs">References and options.</param>
internal sealed class TestCompiler(CompilerInputs inputs)
{
    /// <summary>The name that MSBuild gives the library; a trait discoverer is named by it.</summary>
    private const string AssemblyName = "Katas.Tests";

    /// <summary>Replaced as a whole: several checks may compile at the same time.</summary>
    private Kept? kept;

    private sealed record Kept(IReadOnlyList<SourceFile> Support, CSharpCompilation Compilation);

    /// <summary>Compiles tests against answers of a surface.</summary>
    /// <param name="key">By which the library will be known.</param>
    /// <param name="sources">The tests.</param>
    /// <param name="answer">An answer with that surface.</param>
    /// <param name="surface">The surface.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The library, or why it does not compile.</returns>
    public (TestLibrary? Library, IReadOnlyList<CompilerMessage> Errors) Compile(
        string key, TestSources sources, MetadataReference answer, IReadOnlyList<string> surface, CancellationToken cancellation)
    {
        var compilation = WithSupport(sources.Support)
            .AddSyntaxTrees(sources.Tests.Select(file => file.Tree))
            .AddReferences(answer);
        var (assembly, symbols, errors) = AnswerCompiler.Emit(compilation, cancellation);
        return assembly is null
            ? (null, [.. errors.Select(error => AnswerCompiler.Describe(error, ""))])
            : (new TestLibrary(key, assembly, symbols!, ExpectedTests.Find(compilation), surface), []);
    }

    private CSharpCompilation WithSupport(IReadOnlyList<SourceFile> support)
    {
        if (kept is { } known && known.Support.SequenceEqual(support))
        {
            return known.Compilation;
        }

        var compilation = CSharpCompilation.Create(
            AssemblyName, support.Select(file => file.Tree), inputs.TestReferences, inputs.CompilationOptions);
        kept = new Kept(support, compilation);
        return compilation;
    }
}
