using Kata.Engine.Catalogue;
using Kata.Engine.Compile;

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
    public async Task<string> StubOfAsync(KataEntry kata, CancellationToken cancellation = default)
    {
        var file = Path.GetRelativePath(repository.Root, kata.AnswerFile).Replace(Path.DirectorySeparatorChar, '/');
        var commits = await git.CommitsOfAsync(file, cancellation).ConfigureAwait(false)
            ?? throw new KataException(Texts.StubNeedsGit.With(file));
        foreach (var commit in commits)
        {
            if (await git.FileAtAsync(commit, file, cancellation).ConfigureAwait(false) is { } text && AnswerScan.Of(text).Untouched)
            {
                return text;
            }
        }

        throw new KataException(Texts.StubNotCommitted.With(file));
    }

    /// <summary>The folders of the katas with a file that differs from the last commit; none when git cannot tell.</summary>
    public async Task<IReadOnlySet<string>> ChangedFoldersAsync(CancellationToken cancellation = default)
    {
        var files = await git.ChangedFilesAsync("katas", cancellation).ConfigureAwait(false) ?? [];
        return files.Select(file => Path.GetFileName(Path.GetDirectoryName(file)) ?? "").ToHashSet();
    }
}
