using Kata.Engine.Catalogue;

namespace Kata.Engine.Progress;

/// <summary>
/// Finds the stub of a kata in the history of the clone: the newest committed version in which every task still
/// throws. So a learner may commit answers, and an improved stub that was pulled is the one that comes back.
/// </summary>
/// <param name="repository">The clone.</param>
public sealed class StubHistory(Repository repository)
{
    private readonly Git git = new(repository.Root);

    /// <summary>The text of the stub.</summary>
    /// <exception cref="KataException">Git is missing, the clone has no history, or the stub was never committed.</exception>
    public string StubOf(KataEntry kata)
    {
        var path = RelativePath(kata);
        var commits = git.Ask("log", "--format=%H", "--", path) ?? throw new KataException(Texts.StubNeedsGit.With(path));
        return commits.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(commit => git.Ask("show", $"{commit}:{path}"))
            .FirstOrDefault(text => text is not null && AnswerScan.Of(text).Untouched)
            ?? throw new KataException(Texts.StubNotCommitted.With(path));
    }

    /// <summary>The katas whose answers differ from the last commit; none when git cannot tell.</summary>
    public IReadOnlySet<string> ChangedFolders()
    {
        var files = git.Ask("diff", "--name-only", "--relative", "HEAD", "--", "katas") ?? "";
        return files.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(file => Path.GetFileName(Path.GetDirectoryName(file)) ?? "")
            .ToHashSet();
    }

    private string RelativePath(KataEntry kata) =>
        $"./{Path.GetRelativePath(repository.Root, kata.AnswerFile).Replace(Path.DirectorySeparatorChar, '/')}";
}
