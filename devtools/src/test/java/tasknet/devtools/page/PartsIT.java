package tasknet.devtools.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The parts of the page that compute, each by itself, in the browser that runs them. */
class PartsIT extends OnPage {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      value = {
        "span(0)            | 0",
        "span(0.00035)      | 350 µs",
        "span(0.0123)       | 12.3 ms",
        "span(0.345)        | 345 ms",
        "span(0.9999)       | 1 s",
        "span(12.34)        | 12.3 s",
        "span(59.97)        | 1 m",
        "span(200)          | 3 m 20 s",
        "span(7500)         | 2 h 5 m",
        "span(356400)       | 4 d 3 h",
        "span(null)         | –",
        "span(-2)           | −2 s",
        "seconds('PT1H1M1.5S') | 3661.5",
        "seconds('PT0.000350S') | 0.00035",
        "seconds('-PT2S')   | -2",
        "seconds('P1DT1S')  | 86401",
        "seconds('soon')    | null",
        "millis('2026-11-23T22:54:12.535060Z') % 1000 | 535.06005859375",
        "bytes(512)         | 512 B",
        "bytes(40061952)    | 38.2 MiB",
        "count(1234567)     | 1,234,567",
        "brief(12345)       | 12.3 k",
        "brief(4560000)     | 4.56 M",
        "rate(0.04)         | <0.1",
        "rate(1234.4)       | 1,234",
        "percent(0.0004)    | <0.1 %",
        "percent(0.123)     | 12 %",
        "plural(1, 'task')  | 1 task",
        "plural(1200, 'task') | 1,200 tasks",
        "tail('01M859VW1QAM', 4) | 1QAM"
      })
  void numbersAndTimesAsPeopleReadThem(String call, String text) {
    String function = call.substring(0, call.indexOf('('));
    assertThat(evaluate("format", "const {" + function + "} = it; return String(" + call + ")"))
        .isEqualTo(text == null ? "null" : text);
  }

  @Test
  void theWaterfallOfATaskWithoutATraceHasItsAttempts() {
    String rows =
        evaluate(
            "waterfall",
            """
            const at = '2026-11-23T22:54:1';
            const task = {state: 'COMPLETED', createdAt: at + '0Z', endedAt: at + '9Z', attempts: [
              {number: 1, worker: 'a', startedAt: at + '1Z', endedAt: at + '3Z', error: {code: 'x'}},
              {number: 2, worker: 'b', startedAt: at + '5Z', endedAt: at + '9Z'}]};
            return it.rows(task, [], 0).map(row => row.name + ' ' + (row.bars[0].to - row.bars[0].from) + ' ' + row.bars[0].kind).join('; ');
            """);
    assertThat(rows)
        .isEqualTo(
            "queued 1000 wait; attempt 1 2000 bad; waited for its retry 2000 wait; attempt 2 4000 net");
  }

  @Test
  void theWaterfallShowsWhatWasSentAgainAndHowLongTheHandlerRan() {
    String rows =
        evaluate(
            "waterfall",
            """
            const at = (second) => '2026-11-23T22:54:1' + second + 'Z';
            const task = {state: 'COMPLETED', createdAt: at('0'), endedAt: at('9'), attempts: [
              {number: 1, worker: 'a', startedAt: at('1'), endedAt: at('9')}]};
            const step = (kind, second, more) => ({kind, at: at(second), attempt: 1, ...more});
            const list = it.rows(task, [
              {kind: 'received', at: at('0')}, {kind: 'stored', at: at('0.5')},
              step('sent', '1'), step('retransmitted', '2'), step('acknowledged', '3'),
              step('result', '8', {ran: 'PT4S'}), step('committed', '9')], 0);
            return list.map(row => row.name + (row.note ? ' +' + row.note : '') + ' ' + row.bars.map(bar => bar.to - bar.from)).join('; ');
            """);
    assertThat(rows)
        .isEqualTo(
            "stored 500; queued 500; attempt 1 8000; sent, acknowledged +1 2000; run 4000; result stored 1000");
  }

  @Test
  void whatNeedsAttentionIsWorstFirst() {
    String list =
        evaluate(
            "attention",
            """
            return it.attention({at: '2026-11-23T22:54:10Z', dispatcher: {up: true}, nameservice: {up: false, reason: 'no answer'},
              types: [{type: 'a', queued: 3, workers: 0, dead: 2}, {type: 'b', queued: 1, workers: 1, paused: true}],
              workers: [{id: 'w', suspect: true, heartbeatAge: 'PT5.2S'}],
              containers: [{name: 'c', state: 'exited', exitCode: 137, exitCause: 'out of memory'}],
              rates: {sent: 100, retransmissions: 20}}).map(it => it.kind + ': ' + it.text).join('\\n');
            """);
    assertThat(list)
        .isEqualTo(
            """
            bad: The nameservice is away: no answer
            bad: 3 tasks of type a wait, and no worker runs it
            bad: Worker w does not answer; last heard of 5 s ago
            bad: Container c ended: out of memory
            warn: Type b is paused; 1 task waits
            warn: 20 % of what is sent to workers has to be sent again
            warn: 2 tasks died""");
  }

  @Test
  void aCommandForTheShellKeepsItsQuotes() {
    assertThat(
            evaluate(
                "copy",
                "return it.curl({type: 'upper', payload: \"it's\"}, it.publicAddress('http://dispatcher:4000'))"))
        .isEqualTo(
            "curl http://localhost:4000/tasks -d '{\"type\":\"upper\",\"payload\":\"it'\\''s\"}'");
  }

  @Test
  void whatWasLookedForIsCutOut() {
    assertThat(evaluate("logline", "return JSON.stringify(it.pieces('One two ONE', 'one'))"))
        .isEqualTo("[\"\",\"One\",\" two \",\"ONE\",\"\"]");
  }

  @Test
  void anAxisOfWholeNumbersNamesEachOnce() {
    String labels =
        evaluate(
            "chart",
            """
            const drawn = [];
            const canvas = CanvasRenderingContext2D.prototype;
            const fillText = canvas.fillText;
            canvas.fillText = function (text, ...where) {
              drawn.push(text);
              fillText.call(this, text, ...where);
            };
            const chart = document.createElement('time-chart');
            chart.data = {
              times: [1, 2], range: [1, 2], lines: [{label: 'Queued', values: [0, 1], color: '--ok'}],
              format: value => value.toFixed(0) + ' waiting', whole: true};
            document.body.append(chart);
            while (!drawn.length) await new Promise(requestAnimationFrame);
            canvas.fillText = fillText;
            chart.remove();
            return drawn.filter(it => it.endsWith('waiting')).sort().join();
            """);
    assertThat(labels).isEqualTo("0 waiting,1 waiting");
  }

  private String evaluate(String part, String script) {
    if (!browser().run("return location.pathname").equals("/")) {
      browser().open("/");
    }
    return browser()
        .runAsync("const it = await import('/parts/" + part + ".js');" + script)
        .toString();
  }
}
