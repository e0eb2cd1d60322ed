using System.Collections.Concurrent;
using Kata.Engine.Catalogue;

namespace Kata.Engine.Compile;

/// <summary>
/// Chooses the tests of a check. A learner's answer is checked against the committed tests: where the working
/// ones were edited, the committed ones are written to <c>.kata/committed</c> and used from there. Git is asked
/// once, and again only when a test file changes.
/// </summary>
/// <param name="repository">The clone.</param>
/// <param name="files">Reads sources.</param>
internal sealed class CommittedTests(Repository repository, SourceFiles files)
{
    private readonly Git git = new(repository.Root);
    private readonly ConcurrentDictionary<string, Choice> choices = [];
    private readonly SemaphoreSlim asking = new(1);

    private sealed record Choice(string Stamps, string TestRoot, IReadOnlyList<string> Notices);

    /// <summary>The tests to check a kata with.</summary>
    /// <exception cref="KataException">The kata has no tests.</exception>
    public async Task<TestSources> ChooseAsync(KataEntry kata, bool working, CancellationToken cancellation)
    {
        if (working)
        {
            return Sources(kata, repository.Tests, []);
        }

        var stamps = Stamps(kata);
        if (!choices.TryGetValue(kata.Folder, out var choice) || choice.Stamps != stamps)
        {
            await asking.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                choices[kata.Folder] = choice = await AskAsync(kata, stamps, cancellation).ConfigureAwait(false);
            }
            finally
            {
                asking.Release();
            }
        }

        return Sources(kata, choice.TestRoot, choice.Notices);
    }

    private async Task<Choice> AskAsync(KataEntry kata, string stamps, CancellationToken cancellation)
    {
        string support = "tests/Support", own = $"tests/{kata.Chapter}/{kata.Folder}";
        var changed = await git.ChangedFilesAsync("tests", cancellation).ConfigureAwait(false);
        var edited = changed?.Where(file => file.StartsWith(support + "/") || file.StartsWith(own + "/")).ToList() ?? [];
        if (edited.Count == 0)
        {
            return new Choice(stamps, repository.Tests, []);
        }

        var supportTree = await git.CommittedTreeAsync(support, cancellation).ConfigureAwait(false);
        var ownTree = await git.CommittedTreeAsync(own, cancellation).ConfigureAwait(false);
        if (supportTree is null || ownTree is null)
        {
            // A kata that is being written has no committed tests yet.
            return new Choice(stamps, repository.Tests, []);
        }

        var destination = Path.Combine(repository.State, "committed", ContentHash.Of([supportTree, ownTree])[..16]);
        if (!Directory.Exists(destination))
        {
            // Written beside it and renamed: a half-written folder is never taken for a whole one.
            var temporary = $"{destination}.{Guid.NewGuid():N}";
            Directory.CreateDirectory(temporary);
            if (!await git.ExtractCommittedAsync(temporary, [support, own], cancellation).ConfigureAwait(false))
            {
                throw new KataException(Texts.TestsNotFromGit.With(kata.Folder, own));
            }

            MoveUnlessThere(temporary, destination);
        }

        return new Choice(stamps, Path.Combine(destination, "tests"),
            [.. edited.Select(file => Texts.TestsEdited.With(file))]);
    }

    private static void MoveUnlessThere(string temporary, string destination)
    {
        try
        {
            Directory.Move(temporary, destination);
        }
        catch (IOException) when (Directory.Exists(destination))
        {
            // Another process of the tool was first; the content is the same.
            Directory.Delete(temporary, recursive: true);
        }
    }

    private TestSources Sources(KataEntry kata, string root, IReadOnlyList<string> notices)
    {
        var folder = Path.Combine(root, kata.Chapter, kata.Folder);
        var tests = files.InFolder(folder);
        return tests.Count > 0
            ? new TestSources(folder, tests, files.InFolder(Path.Combine(root, "Support"), SearchOption.AllDirectories), notices)
            : throw new KataException(Texts.TestsMissing.With(kata.Folder, Path.GetRelativePath(repository.Root, folder)));
    }

    /// <summary>When each file of the tests was written: equal as long as nobody touches one.</summary>
    private string Stamps(KataEntry kata) =>
        string.Join('\n', new[] { kata.TestFolder, Path.Combine(repository.Tests, "Support") }
            .Where(Directory.Exists)
            .SelectMany(folder => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories))
            .Where(file => !file.Name.Contains(".received."))
            .Select(file => $"{file.FullName} {file.LastWriteTimeUtc.Ticks} {file.Length}")
            .Order(StringComparer.Ordinal));
}
