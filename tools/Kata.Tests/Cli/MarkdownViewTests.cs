using Kata.Cli.Views;
using Kata.Engine.Statements;
using Spectre.Console;

namespace Kata.Tests.Cli;

public sealed class MarkdownViewTests
{
    [Fact]
    public void Everything_that_statements_use_is_plain_text_without_colours() => Show("""
        # Title

        Some *emphasis*, **more** and `code`; a [link](https://arxiv.org/abs/1706.03762),
        <https://example.org>, R&amp;D.

        - first
        - second with a longer text that must be wrapped behind its own bullet, not under it
          1. inner
          2. list

        > A quotation that is long enough to be wrapped to a second line behind its own mark.

        | name | value |
        |:-----|------:|
        | `a`  |     1 |
        | bc   |    22 |

        ```
        a line of code that is longer than the screen stays one line, or it could not be copied from it
        ```
        """).Should().Be("""
        Title
        =====

        Some emphasis, more and code; a link (https://arxiv.org/abs/1706.03762),
        https://example.org, R&D.

        - first
        - second with a longer text that must be wrapped behind its own bullet, not
          under it
          1. inner
          2. list

        > A quotation that is long enough to be wrapped to a second line behind its own
        > mark.

        +--------------+
        | name | value |
        |------+-------|
        | a    |     1 |
        | bc   |    22 |
        +--------------+

            a line of code that is longer than the screen stays one line, or it could not be copied from it

        """);

    [Fact]
    public void Chinese_fills_its_lines_and_joins_without_spaces() => Show("""
        ## 题目

        缩放点积注意力（scaled dot-product attention）在 softmax 之前，把每个分数 q·k 除以 key 维度的平方根。
        如果不除，网络会出什么问题？为什么是平方根，而不是维度本身？请从“和的方差”论证。
        """).Should().Be("""
        题目
        ----

        缩放点积注意力（scaled dot-product attention）在 softmax 之前，把每个分数 q·k 除
        以 key 维度的平方根。如果不除，网络会出什么问题？为什么是平方根，而不是维度本
        身？请从“和的方差”论证。

        """);

    [Theory]
    [InlineData("plain English text", "plain English text")]
    [InlineData("平方根。", "平|方|根。")]
    [InlineData("（scaled dot-product）在", "（scaled| |dot-product）|在")]
    [InlineData("“和的”：√dK，", "“和|的”：|√dK，")]
    [InlineData("，开头", "，|开|头")]
    public void A_line_of_chinese_may_break_between_pieces(string text, string pieces)
    {
        ChineseText.Pieces(text).Should().Equal(pieces.Split('|'));
        string.Concat(ChineseText.Pieces(text)).Should().Be(text);
    }

    [Fact]
    public void With_colours_headings_need_no_underline()
    {
        Show("# Title\n\n`code`", colours: true).Should().Contain("\u001b[").And.Contain("Title").And.NotContain("===");
    }

    private static string Show(string markdown, bool colours = false)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output),
        });
        screen.Profile.Width = 80;
        new MarkdownView(screen).Write(MarkdownFormat.Parse(markdown));
        return string.Join('\n', output.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()));
    }
}
