using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kata.Engine.Compile;

/// <summary>What is to be run, or why it cannot be.</summary>
/// <param name="Sources">The tests that were chosen.</param>
/// <param name="Answer">The compiled answer.</param>
/// <param name="Tests">The compiled tests that fit it.</param>
/// <param name="Problem">Why there is nothing to run; null when there is.</param>
/// <param name="Errors">The problem in detail.</param>
internal sealed record CompiledCheck(
    TestSources Sources, CompiledAnswer? Answer, TestLibrary? Tests, string? Problem, IReadOnlyList<CompilerMessage> Errors);

/// <summary>The tests that a check uses.</summary>
/// <param name="Sources">Their sources.</param>
/// <param name="Key">The hash of all that their library is made of.</param>
/// <param name="Library">The library, where it was compiled before.</param>
internal sealed record ChosenTests(TestSources Sources, string Key, TestLibrary? Library);

/// <summary>Compiles the two sides of a check: the answer each time, its tests only when they changed.</summary>
internal sealed class CheckCompiler
{
    private readonly Repository repository;
    private readonly CompilerInputs inputs;
    private readonly SourceFiles files;
    private readonly CommittedTests committed;
    private readonly AnswerCompiler answers;
    private readonly TestCompiler tests;
    private readonly TestLibraryStore libraries;

    /// <summary>A compiler for a clone.</summary>
    /// <param name="repository">The clone.</param>
    /// <param name="onAllProcessors">Whether one answer may keep all processors busy: best for the first, while nothing else is to be done.</param>
    public CheckCompiler(Repository repository, bool onAllProcessors = false)
    {
        this.repository = repository;
        inputs = new CompilerInputs(onAllProcessors);
        files = new SourceFiles(inputs.ParseOptions);
        committed = new CommittedTests(repository, files);
        answers = new AnswerCompiler(inputs);
        tests = new TestCompiler(inputs);
        libraries = new TestLibraryStore(Path.Combine(repository.State, "tests"));
    }

    /// <summary>Does ahead of the first answer what does not need it.</summary>
    public void Prepare() => answers.Prepare(Shared());

    /// <summary>What the compiler knows of an answer, without compiling it.</summary>
    public CSharpCompilation Declare(string text, string path, CancellationToken cancellation) => answers.Declare(Shared(), text, path, cancellation);

    /// <summary>Chooses the tests of a request.</summary>
    public async Task<ChosenTests> ChooseAsync(CheckRequest request, CancellationToken cancellation)
    {
        var sources = await committed.ChooseAsync(request.Kata, request.WorkingTests, cancellation).ConfigureAwait(false);
        var key = TestKey(request.Kata, sources);
        return new ChosenTests(sources, key, libraries.Find(request.Kata.Number, key));
    }

    /// <summary>Compiles what a request asks for; the answer, while its tests are still being chosen.</summary>
    public async Task<CompiledCheck> CompileAsync(CheckRequest request, Task<ChosenTests> choosing, CancellationToken cancellation)
    {
        var file = AnswerFile.Read(request);
        var answer = file.Text is null ? null : answers.Compile(Shared(), file.Text, file.Path, cancellation);
        var tests = await choosing.ConfigureAwait(false);
        if (answer is null)
        {
            return Failed(file.Problem!, [new CompilerMessage("", file.Problem!, 0, 0)]);
        }

        if (answer.Assembly is null)
        {
            return Failed(answer.Errors.Count == 1 ? Texts.CompilerErrorOne : Texts.CompilerErrors.With(answer.Errors.Count), answer.Errors);
        }

        return Fit(request, tests, answer, cancellation);

        CompiledCheck Failed(string problem, IReadOnlyList<CompilerMessage> errors) => new(tests.Sources, answer, null, problem, errors);
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

    private CompiledCheck Fit(CheckRequest request, ChosenTests chosen, CompiledAnswer answer, CancellationToken cancellation)
    {
        var sources = chosen.Sources;
        var (library, errors) = chosen.Library is { } kept ? (kept, []) : Library(request.Kata, chosen, answer, cancellation);
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
        var extendedKey = ContentHash.Of([chosen.Key, .. surface]);
        var extended = libraries.Find(request.Kata.Number, extendedKey);
        if (extended is null)
        {
            (extended, errors) = tests.Compile(extendedKey, sources, MetadataReference.CreateFromImage(answer.Assembly!), surface, cancellation);
            if (extended is null)
            {
                var added = string.Join(", ", surface.Except(library.Surface));
                return new CompiledCheck(sources, answer, null, Texts.AnswerAddsTooMuch.With(added), errors);
            }

            libraries.Keep(request.Kata.Number, extended);
        }

        return new CompiledCheck(sources, answer, extended, null, []);
    }

    /// <summary>The tests compiled against the reference's surface; against the answer's while there is no reference.</summary>
    private (TestLibrary? Library, IReadOnlyList<CompilerMessage> Errors) Library(
        KataEntry kata, ChosenTests chosen, CompiledAnswer answer, CancellationToken cancellation)
    {
        if (!File.Exists(kata.SolutionFile))
        {
            var surface = PublicSurface.Of(answer.Compilation.Assembly);
            return tests.Compile(
                ContentHash.Of([chosen.Key, .. surface]), chosen.Sources, MetadataReference.CreateFromImage(answer.Assembly!), surface, cancellation);
        }

        var reference = Declare(files.Read(kata.SolutionFile).Text, kata.SolutionFile, cancellation);
        var compiled = tests.Compile(chosen.Key, chosen.Sources, reference.ToMetadataReference(), PublicSurface.Of(reference.Assembly), cancellation);
        if (compiled.Library is { } library)
        {
            libraries.Keep(kata.Number, library);
        }

        return compiled;
    }

    private string TestKey(KataEntry kata, TestSources sources) =>
        ContentHash.Of([
            inputs.Identity,
            .. sources.Tests.Concat(sources.Support).Concat(Shared()).SelectMany(file => new[] { file.Path, file.Text }),
            File.Exists(kata.SolutionFile) ? files.Read(kata.SolutionFile).Text : ""]);
}
