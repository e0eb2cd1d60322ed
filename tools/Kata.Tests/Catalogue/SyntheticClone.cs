using System.Diagnostics;
using Kata.Engine.Catalogue;

namespace Kata.Tests.Catalogue;

/// <summary>A small clone in a temporary folder: tests do not depend on the katas that the repository happens to hold.</summary>
public sealed class SyntheticClone : IDisposable
{
    /// <summary>The front matter of a statement that asks nothing special.</summary>
    public const string FrontMatter = "---\ndifficulty: 2\nminutes: 40\n---\n\n";

    /// <summary>An empty clone.</summary>
    public SyntheticClone()
    {
        Root = Directory.CreateTempSubdirectory("kata-clone-").FullName;
        Repository = new Repository(Root);
        Write("Katas.sln", "");
        Write(".gitignore", "/.kata/\n");
    }

    /// <summary>Its folder.</summary>
    public string Root { get; }

    /// <summary>Its trees.</summary>
    public Repository Repository { get; }

    /// <summary>The katas that are in it now.</summary>
    public KataCatalogue Catalogue => KataCatalogue.Load(Repository);

    /// <summary>A clone with three katas in two chapters, of two tasks each.</summary>
    public static SyntheticClone WithThreeKatas()
    {
        var clone = new SyntheticClone();
        clone.AddKata("tokens", "012-bpe-merges", "Merge pairs", "合并字节对");
        clone.AddKata("attention", "072-einsum-attention", "Attention by einsum", "用 einsum 写注意力");
        clone.AddKata("attention", "055-why-scale-scores", "Why scale the scores", "为什么要缩放分数");
        return clone;
    }

    /// <summary>The stub of two tasks.</summary>
    public static string Stub(KataEntry kata) => Answer(kata, Throw(1), Throw(2));

    /// <summary>An answer of two tasks with the given bodies.</summary>
    public static string Answer(KataEntry kata, string first, string second) =>
        $$"""
        namespace {{kata.Namespace}};

        /// <summary>A kata.</summary>
        public static class {{kata.ClassName}}
        {
            /// <summary>Task 1. The double.</summary>
            public static int Double(int number) => {{first}};

            /// <summary>Task 2. The square.</summary>
            public static int Square(int number) => {{second}};
        }

        """;

    /// <summary>What a stub does in the place of a task.</summary>
    public static string Throw(int task) => $"throw new NotImplementedException(\"Task {task}: think.\")";

    /// <summary>Writes a kata: stub, statements, reference, interview answers and tests.</summary>
    public KataEntry AddKata(string chapter, string folder, string title, string titleChinese)
    {
        var kata = new KataEntry(Repository, chapter, folder);
        Write(kata.AnswerFile, Stub(kata));
        Write(kata.StatementFile("en"), StatementText(title, "Question", "Task", "Hint", ":"));
        Write(kata.StatementFile("zh"), StatementText(titleChinese, "题目", "任务", "提示", "："));
        Write(kata.SolutionFile, Answer(kata, "number + number", "number * number"));
        Write(kata.InterviewAnswerFile("en"), $"# {title}\n\nBecause **2 + 2 = 4**.\n");
        Write(kata.InterviewAnswerFile("zh"), $"# {titleChinese}\n\n因为 **2 + 2 = 4**。\n");
        Write(Path.Combine(kata.SolutionFolder, "mistakes.yml"), "mistakes: []\n");
        Write(Path.Combine(kata.TestFolder, $"{kata.ClassName}Tests.cs"), "");
        return kata;
    }

    /// <summary>Writes a file of the clone.</summary>
    public void Write(string path, string text)
    {
        var file = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Commits all files with git.</summary>
    public void Commit()
    {
        Git("init", "--quiet");
        Git("add", "--all");
        Git("-c", "user.name=test", "-c", "user.email=test@example.org", "commit", "--quiet", "--message", "state");
    }

    /// <inheritdoc />
    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string StatementText(string title, string question, string task, string hint, string colon) =>
        FrontMatter +
        $$"""
        # {{title}}

        ## {{question}}

        Double and *square* `number`.

        ### {{task}} 1{{colon}} Double

        ```csharp
        static int Double(int number)
        ```

        <details><summary>{{hint}} 1</summary>

        Add it to **itself**.

        </details>

        <details><summary>{{hint}} 2</summary>

        The sum of two equal numbers.

        </details>

        ### {{task}} 2{{colon}} Square

        <details><summary>{{hint}} 1</summary>

        A product.

        </details>

        """;

    private void Git(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("git", ["-C", Root, .. arguments]))!;
        process.WaitForExit();
        process.ExitCode.Should().Be(0, "git {0}", string.Join(' ', arguments));
    }
}
