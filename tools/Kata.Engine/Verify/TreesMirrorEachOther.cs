using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Kata.Engine.Catalogue;

namespace Kata.Engine.Verify;

/// <summary>Each kata has its three folders with the files that belong there, and no other.</summary>
public sealed partial class TreesMirrorEachOther : IKataCheck
{
    /// <inheritdoc />
    public async IAsyncEnumerable<Finding> CheckAsync(KataEntry kata, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.CompletedTask;
        var name = kata.ClassName;
        var folders = new[]
        {
            (Folder: Path.GetDirectoryName(kata.AnswerFile)!, Needed: new[] { $"{name}.cs", "README.md", "README.zh.md" }, Allowed: Nothing()),
            (Folder: kata.SolutionFolder, Needed: [$"{name}.cs", "ANSWER.md", "ANSWER.zh.md", "mistakes.yml"], Allowed: OtherAnswer()),
            (Folder: kata.TestFolder, Needed: [$"{name}Tests.cs"], Allowed: TestData()),
        };
        foreach (var (folder, needed, allowed) in folders)
        {
            foreach (var file in needed.Where(file => !File.Exists(Path.Combine(folder, file))))
            {
                yield return new Finding(Path.Combine(folder, file), "is missing");
            }

            foreach (var path in Files(folder))
            {
                var file = Path.GetRelativePath(folder, path).Replace('\\', '/');
                if (!needed.Contains(file) && !allowed.IsMatch(file))
                {
                    yield return new Finding(path, "is not a file of a kata: see \"A kata\" in CONTRIBUTING.md");
                }
            }
        }

        if (!Files(Path.Combine(kata.SolutionFolder, "alternatives")).Any())
        {
            yield return new Finding(Path.Combine(kata.SolutionFolder, "alternatives"), "holds no correct answer in another style");
        }
    }

    /// <summary>Folders of the trees of references and tests that belong to no kata.</summary>
    public static IEnumerable<Finding> Strangers(Repository repository, KataCatalogue catalogue)
    {
        var known = catalogue.Katas.Select(kata => Path.Combine(kata.Chapter, kata.Folder)).ToHashSet();
        return
            from tree in new[] { repository.Katas, repository.Solutions, repository.Tests }
            from chapter in Directory.EnumerateDirectories(tree)
            where Path.GetFileName(chapter) is not ("Shared" or "Support")
            from folder in Directory.EnumerateFileSystemEntries(chapter)
            where !known.Contains(Path.GetRelativePath(tree, folder))
            select new Finding(folder, "belongs to no kata: the three trees mirror each other");
    }

    private static IEnumerable<string> Files(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories) : [];

    [GeneratedRegex("(?!)")]
    private static partial Regex Nothing();

    [GeneratedRegex("^(alternatives|attempts)/[a-z0-9-]+\\.cs$")]
    private static partial Regex OtherAnswer();

    [GeneratedRegex("^(golden\\.json|[A-Za-z]+Tests\\.cs|[\\w.]+\\.(verified|received)\\.txt|corpus\\.[a-z]+\\.txt)$")]
    private static partial Regex TestData();
}
