using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;
using Microsoft.CodeAnalysis;

namespace Kata.Engine.Compile;

/// <summary>What is to be run, or why it cannot be.</summary>
/// <param name="Sources">The tests that were chosen.</param>
/// <param name="Answer">The compiled answer.</param>
/// <param name="Tests">The compiled tests that fit it.</param>
/// <param name="Problem">Why there is nothing to run; null when there is.</param>
/// <param name="Errors">The problem in detail.</param>
internal sealed record CompiledCheck(
    TestSources Sources, CompiledAnswer? Answer, TestLibrary? Tests, string? Problem, IReadOnlyList<CompilerMessage> Errors);

/// <summary>Compiles the two sides of a check: the answer each time, its tests only when they changed.</summary>
internal sealed class CheckCompiler
{
    private readonly Repository repository;
    private readonly CompilerInputs inputs = new();
    private readonly SourceFiles files;
    private readonly CommittedTests committed;
    private readonly AnswerCompiler answers;
    private readonly TestCompiler tests;
    private readonly TestLibraryStore libraries;

    /// <summary>A compiler for a clone.</summary>
    public CheckCompiler(Repository repository)
    {
        this.repository = repository;
        files = new SourceFiles(inputs.ParseOptions);
        committed = new CommittedTests(repository, files);
        answers = new AnswerCompiler(inputs);
        tests = new TestCompiler(inputs);
        libraries = new TestLibraryStore(Path.Combine(repository.State, "tests"));
    }

    /// <summary>Compiles what a request asks for.</summary>
    public async Task<CompiledCheck> CompileAsync(CheckRequest request, CancellationToken cancellation)
    {
        var choosing = committed.ChooseAsync(request.Kata, request.WorkingTests, cancellation);
        var file = AnswerFile.Read(request);
        var answer = file.Text is null ? null : answers.Compile(Shared(), file.Text, file.Path, cancellation);
        var sources = await choosing.ConfigureAwait(false);
        if (answer is null)
        {
            return Failed(file.Problem!, [new CompilerMessage("", file.Problem!, 0, 0)]);
        }

        if (answer.Assembly is null)
        {
            return Failed(answer.Errors.Count == 1 ? Texts.CompilerErrorOne : Texts.CompilerErrors.With(answer.Errors.Count), answer.Errors);
        }

        return Fit(request, sources, answer, cancellation);

        CompiledCheck Failed(string problem, IReadOnlyList<CompilerMessage> errors) => new(sources, answer, null, problem, errors);
    }

    /// <summary>The hash of all that the verdict depends on; null when the answer cannot be read.</summary>
    public async Task<string?> ContentKeyAsync(CheckRequest request, CancellationToken cancellation)
    {
        var sources = await committed.ChooseAsync(request.Kata, request.WorkingTests, cancellation).ConfigureAwait(false);
        return AnswerFile.Read(request).Text is { } text
            ? ContentHash.Of([text, TestKey(request.Kata, sources), .. sources.DataFiles.Select(files.ReadText)])
            : null;
    }

    private IReadOnlyList<SourceFile> Shared() => files.InFolder(Path.Combine(repository.Katas, "Shared"));

    private CompiledCheck Fit(CheckRequest request, TestSources sources, CompiledAnswer answer, CancellationToken cancellation)
    {
        var key = TestKey(request.Kata, sources);
        var (library, errors) = Library(request.Kata, key, sources, answer, cancellation);
        if (library is null)
        {
            return new CompiledCheck(sources, answer, null, Texts.TestsDoNotCompile, errors);
        }

        var surface = PublicSurface.Of(answer.Compilation.Assembly);
        if (surface.SequenceEqual(library.Surface))
        {
            return new CompiledCheck(sources, answer, library, null, []);
        }

        var missing = library.Surface.Except(surface).ToList();
        if (missing.Count > 0)
        {
            var mismatches = SurfaceMismatch.Describe(missing, surface, answer.Compilation);
            return new CompiledCheck(sources, answer, null, mismatches[0].Message, mismatches);
        }

        // More than was asked for is fine, as long as the tests still compile with it in sight.
        var extendedKey = ContentHash.Of([key, .. surface]);
        var extended = libraries.Find(request.Kata.Number, extendedKey);
        if (extended is null)
        {
            (extended, errors) = tests.Compile(sources, MetadataReference.CreateFromImage(answer.Assembly!), surface, cancellation);
            if (extended is null)
            {
                var added = string.Join(", ", surface.Except(library.Surface));
                return new CompiledCheck(sources, answer, null, Texts.AnswerAddsTooMuch.With(added), errors);
            }

            libraries.Keep(request.Kata.Number, extendedKey, extended);
        }

        return new CompiledCheck(sources, answer, extended, null, []);
    }

    /// <summary>The tests compiled against the reference's surface; against the answer's while there is no reference.</summary>
    private (TestLibrary? Library, IReadOnlyList<CompilerMessage> Errors) Library(
        KataEntry kata, string key, TestSources sources, CompiledAnswer answer, CancellationToken cancellation)
    {
        if (!File.Exists(kata.SolutionFile))
        {
            return tests.Compile(sources, MetadataReference.CreateFromImage(answer.Assembly!), PublicSurface.Of(answer.Compilation.Assembly), cancellation);
        }

        if (libraries.Find(kata.Number, key) is { } kept)
        {
            return (kept, []);
        }

        var reference = answers.Declare(Shared(), files.Read(kata.SolutionFile).Text, kata.SolutionFile, cancellation);
        var compiled = tests.Compile(sources, reference.ToMetadataReference(), PublicSurface.Of(reference.Assembly), cancellation);
        if (compiled.Library is { } library)
        {
            libraries.Keep(kata.Number, key, library);
        }

        return compiled;
    }

    private string TestKey(KataEntry kata, TestSources sources) =>
        ContentHash.Of([
            inputs.Identity,
            .. sources.Tests.Concat(sources.Support).Concat(Shared()).SelectMany(file => new[] { file.Path, file.Text }),
            File.Exists(kata.SolutionFile) ? files.Read(kata.SolutionFile).Text : ""]);
}
