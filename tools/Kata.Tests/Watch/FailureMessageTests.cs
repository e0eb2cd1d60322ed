using Kata.Cli.Views;
using Spectre.Console;

namespace Kata.Tests.Watch;

public class FailureMessageTests
{
    private const string Message =
        "A.B(c) at [0, 1]: expected 2, got 3 (1 of 4 differ)\n" +
        "              expected | got (* differs)\n" +
        "            1            2 |            1           *3\n" +
        "        -0.25            4 |        -0.25            4";

    [Fact]
    public void Matrices_move_together() => Rendered(60).Should().Be("""
        A.B(c) at [0, 1]: expected 2, got 3 (1 of 4 differ)
        expected   | got (* differs)
              1  2 |       1  *3
          -0.25  4 |   -0.25   4

        """);

    [Fact]
    public void Where_it_is_narrow_they_stand_one_below_the_other() => Rendered(20).Should().EndWith("""
        expected
              1  2
          -0.25  4
        got (* differs)
              1  *3
          -0.25   4

        """);

    [Fact]
    public void Cells_that_differ_are_coloured() =>
        Rendered(60, colours: true).Should().Contain("\e[1;91m  *3\e[0m").And.NotContain("\e[1;91m      1");

    [Fact]
    public void Any_other_message_is_as_it_was() =>
        Rendered(60, message: "expected | nothing\n  got   2\n\nlast").Should().Be("expected | nothing\n  got   2\n\nlast\n");

    private static string Rendered(int width, bool colours = false, string message = Message)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(output),
        });
        screen.Profile.Width = width;
        screen.Write(new FailureMessage(message));
        return output.ToString().ReplaceLineEndings("\n");
    }
}
