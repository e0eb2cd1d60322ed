using System.Diagnostics;
using Kata.Engine.Catalogue;
using Kata.Engine.Verdicts;

namespace Kata.Tests.Support;

/// <summary>
/// A clone of its own for tests that do harm: what kata 055 needs, copied to a temporary folder and committed.
/// </summary>
public sealed class CloneFixture : IAsyncDisposable, IDisposable
{
    private readonly Lazy<Checker> checker;

    /// <summary>Copies and commits.</summary>
    public CloneFixture()
    {
        var original = Repository.Find(AppContext.BaseDirectory);
        var root = Path.Combine(Path.GetTempPath(), $"katas-{Guid.NewGuid():N}");
        Repository = new Repository(root);
        Kata = new KataEntry(Repository, "attention", "055-why-scale-scores");
        string[] folders =
        [
            "katas/Shared", "tests/Support",
            .. new[] { "katas", "solutions", "tests" }.Select(tree => $"{tree}/{Kata.Chapter}/{Kata.Folder}"),
        ];
        foreach (var folder in folders)
        {
            CopyFolder(Path.Combine(original.Root, folder), Path.Combine(root, folder));
        }

        File.Copy(Path.Combine(original.Root, "Katas.sln"), Path.Combine(root, "Katas.sln"));
        File.WriteAllText(Path.Combine(root, ".gitignore"), "/.kata/\n*.received.txt\n");
        Git("init", "--quiet");
        Commit();
        // As watching does: the same kata again and again.
        checker = new Lazy<Checker>(() => new Checker(Repository, new CheckerOptions { Workload = Workload.OneKata }));
    }

    /// <summary>The clone.</summary>
    public Repository Repository { get; }

    /// <summary>The one kata in it.</summary>
    public KataEntry Kata { get; }

    /// <summary>A checker on the clone, shared by the tests of a class.</summary>
    public Checker Checker => checker.Value;

    /// <summary>The reference's text.</summary>
    public string Reference => File.ReadAllText(Kata.SolutionFile);

    /// <summary>The stub's text.</summary>
    public string Stub => File.ReadAllText(Kata.AnswerFile);

    /// <summary>Checks a text as if it were in the learner's file.</summary>
    public Task<Verdict> CheckAsync(string answer, double timeLimitSeconds = 60, CancellationToken cancellation = default) =>
        Checker.CheckAsync(new CheckRequest(Kata, AnswerText: answer, TimeLimit: TimeSpan.FromSeconds(timeLimitSeconds)), cancellation);

    /// <summary>Commits everything as it is.</summary>
    public void Commit()
    {
        Git("add", "--all");
        Git("-c", "user.name=test", "-c", "user.email=test@localhost", "commit", "--quiet", "--message", "as it is");
    }

    /// <summary>Runs git in the clone.</summary>
    public void Git(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", ["-C", Repository.Root, .. arguments]))!;
        process.WaitForExit();
        process.ExitCode.Should().Be(0, "git {0} works", string.Join(' ', arguments));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (checker.IsValueCreated)
        {
            await checker.Value.DisposeAsync();
        }

        Directory.Delete(Repository.Root, recursive: true);
    }

    /// <inheritdoc />
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private static void CopyFolder(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        foreach (var folder in Directory.EnumerateDirectories(from))
        {
            CopyFolder(folder, Path.Combine(to, Path.GetFileName(folder)));
        }
    }
}
