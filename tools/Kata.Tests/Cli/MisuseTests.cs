using Kata.Tests.Catalogue;

namespace Kata.Tests.Cli;

public sealed class MisuseTests : IDisposable
{
    private readonly SyntheticClone clone = SyntheticClone.WithThreeKatas();
    private readonly CliRun kata;

    public MisuseTests() => kata = new CliRun(clone);

    public void Dispose() => clone.Dispose();

    [Fact]
    public async Task A_file_that_cannot_be_read_is_one_line_and_exit_code_2()
    {
        clone.Write(".kata/verdicts/055/some.json", "{}");
        clone.Write(".kata/verdicts/072/some.json", "{}");
        using var first = Lock("WhyScaleScoresTests.cs");
        using var second = Lock("EinsumAttentionTests.cs");

        var result = await kata.RunAsync("list");

        result.Error.Should().MatchRegex(@"(WhyScaleScores|EinsumAttention)Tests\.cs").And.Subject.Count(character => character == '\n').Should().Be(1);
        result.ExitCode.Should().Be(2);
    }

    [Theory]
    [InlineData("check 720", "no kata 720; did you mean 072 einsum-attention?")]
    [InlineData("check 720 --lang zh", "没有题目 720；您要找的是 072 einsum-attention 吗？")]
    [InlineData("chekc 72", "no command chekc; did you mean kata check?")]
    [InlineData("frobnicate", "no command frobnicate; 'kata --help' shows all of them")]
    [InlineData("list --jsno", "kata list has no option --jsno; did you mean --json?")]
    [InlineData("check --jsno", "kata check has no option --jsno; did you mean --json?")]
    [InlineData("list --colour", "kata list has no option --colour; 'kata list --help' shows all of them")]
    [InlineData("--langs zh", "kata has no option --langs; did you mean --lang?")]
    [InlineData("list 72", "\"72\" is one argument too many for kata list")]
    [InlineData("show", "kata show needs N; 'kata show --help' explains it")]
    [InlineData("export", "kata export needs FILE; 'kata export --help' explains it")]
    [InlineData("check", "kata check needs either one kata or --all, for example: kata check 55")]
    [InlineData("check 72 --all", "kata check needs either one kata or --all, for example: kata check 55")]
    [InlineData("reset", "kata reset needs either one kata or --all, for example: kata reset 55")]
    [InlineData("check --all --file x.cs", "--file goes with one kata, not with --all")]
    [InlineData("check 72 --file x.cs", "no file x.cs; --file takes the path of the answer to check")]
    [InlineData("check 72 --answers mine", "mine does not fit --answers; write --answers katas|solutions")]
    [InlineData("check 72 --file", "--file needs a value: --file PATH")]
    [InlineData("list --lang fr", "fr does not fit --lang; write --lang en|zh")]
    [InlineData("hint 72 --task 3", "072-einsum-attention has no task 3; it has tasks 1 to 2")]
    [InlineData("hint 72 --task two", "two does not fit --task; write --task 1|2|…")]
    [InlineData("import nothing.json", "*nothing.json does not exist; 'kata export FILE' writes such a file.")]
    [InlineData("export Katas.sln", "Katas.sln exists; choose another name, or replace it with --force")]
    [InlineData("solution 72", "072-einsum-attention is not passing yet, and nobody is here to be asked; use kata solution 72 --yes")]
    [InlineData("reset 72", "the original of katas/attention/072-einsum-attention/EinsumAttention.cs comes from git*")]
    public async Task Misuse_is_one_line_and_exit_code_2(string arguments, string message)
    {
        var result = await kata.RunAsync(arguments.Split(' '));

        result.Error.Should().Match(message + "\n").And.Subject.Count(character => character == '\n').Should().Be(1);
        result.Output.Should().BeEmpty();
        result.ExitCode.Should().Be(2);
    }

    [Fact]
    public async Task Outside_a_clone_the_folder_is_named()
    {
        File.Delete(Path.Combine(clone.Root, "Katas.sln"));

        var result = await kata.RunAsync("list");

        result.Error.Should().Be($"{clone.Root} is not inside a clone of the katas: no Katas.sln in it or above it.\n");
        result.ExitCode.Should().Be(2);
    }

    [Theory]
    [InlineData("zh_CN.UTF-8", null, null, "已通过 0/3 道题。")]
    [InlineData("zh_TW.UTF-8", null, null, "已通过 0/3 道题。")]
    [InlineData("en_US.UTF-8", null, null, "0 of 3 katas passing.")]
    [InlineData("zh_CN.UTF-8", "en_US.UTF-8", null, "0 of 3 katas passing.")]
    [InlineData("en_US.UTF-8", "", "zh_CN.UTF-8", "已通过 0/3 道题。")]
    public async Task The_language_is_that_of_the_environment(string lang, string? all, string? messages, string firstLine)
    {
        kata.Variables["LANG"] = lang;
        kata.Variables["LC_ALL"] = all ?? "";
        kata.Variables["LC_MESSAGES"] = messages ?? "";

        (await kata.RunAsync()).Output.Should().StartWith(firstLine + "\n");
        (await kata.RunAsync("--lang", "en")).Output.Should().StartWith("0 of 3 katas passing.\n");
        (await kata.RunAsync("--lang=zh")).Output.Should().StartWith("已通过 0/3 道题。\n");
    }

    [Theory]
    [InlineData("")]
    [InlineData("list")]
    [InlineData("show")]
    [InlineData("hint")]
    [InlineData("check")]
    [InlineData("solution")]
    [InlineData("reset")]
    [InlineData("export")]
    [InlineData("import")]
    public async Task Every_command_explains_itself_in_both_languages(string command)
    {
        var english = await kata.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        var chinese = await kata.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help", "--lang", "zh"]);

        english.ExitCode.Should().Be(0);
        english.Output.Should().Contain($"kata {command}".TrimEnd()).And.MatchRegex(@"^Description:\n  [A-Z]").And.NotMatchRegex(@"\p{IsCJKUnifiedIdeographs}");
        chinese.Output.Should().MatchRegex(@"\p{IsCJKUnifiedIdeographs}{4}");
    }

    private FileStream Lock(string test) => new(
        Directory.GetFiles(Path.Combine(clone.Root, "tests"), test, SearchOption.AllDirectories).Single(),
        FileMode.Open, FileAccess.ReadWrite, FileShare.None);
}
