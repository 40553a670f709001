#!/usr/bin/env Rscript
# SPDX-License-Identifier: GPL-2.0-only
# Prints statistics.json: data and what R computes of them. sim/report/stats*.c must agree.
# Needs R with the packages boot and survival.
suppressMessages({library(boot); library(survival)})
number <- function(x) ifelse(is.na(x), "null", ifelse(is.infinite(x), "1e999", sprintf("%.12g", x)))
row <- function(x) paste0("[", paste(number(x), collapse = ", "), "]")
member <- function(name, text) sprintf('  "%s": %s', name, text)
object <- function(...) { a <- list(...)
  paste0("{", paste(sprintf('"%s": %s', names(a), unlist(a)), collapse = ", "), "}") }

# Latencies in ms as a join gives them: most alike, a long tail.
x <- c(512.4, 498.1, 530.9, 541.2, 505.5, 610.7, 498.8, 520.3, 515.0, 507.7, 702.4, 533.3, 519.6,
       540.8, 526.1, 501.9, 560.2, 899.5, 517.2, 523.4, 509.3, 548.6, 511.1, 535.7, 575.9, 504.2,
       528.8, 516.5, 1204.3)
n <- length(x)

# Resampled medians of an odd number of values: their distribution is known exactly, since the median
# of a resample is at most the i-th value when at least (n+1)/2 of n draws are among the first i.
exact <- function(p) sort(x)[which(pbinom((n + 1) / 2 - 1, n, (1:n) / n, lower.tail = FALSE) >= p)[1]]
set.seed(1)
percentile <- function(q) {
  b <- boot(x, function(d, i) quantile(d[i], q, type = 7), R = 99999)
  boot.ci(b, type = "perc")$percent[4:5]
}

# Student (1908), additional hours of sleep with two soporifics: ten pairs.
a <- sleep$extra[sleep$group == 1]; b <- sleep$extra[sleep$group == 2]
paired <- t.test(b, a, paired = TRUE)
tx <- t.test(x)

# Miller (1997), acute myelogenous leukaemia, maintained arm: weeks to relapse, some censored.
arm <- subset(survival::aml, x == "Maintained")
km <- survfit(Surv(time, status) ~ 1, data = arm)
at <- km$n.event > 0

# Devices and seconds, about the power 1.1.
d <- c(1, 2, 5, 10, 20, 50); y <- c(0.52, 1.09, 3.05, 6.41, 14.2, 38.9)
fit <- lm(log(y) ~ log(d)); ci <- confint(fit)

counts <- list(c(29, 30), c(3, 30), c(18, 60), c(300, 1000), c(1, 7), c(0, 30), c(30, 30))
wilson <- sapply(counts, function(k)
  row(c(k, suppressWarnings(prop.test(k[1], k[2], correct = FALSE))$conf.int)))
p <- c(0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1)

cat("{\n")
cat(paste(c(
  member("source", sprintf('"statistics.R, with %s, boot %s, survival %s"', R.version.string,
         packageVersion("boot"), packageVersion("survival"))),
  member("sample", row(x)),
  member("mean", row(c(mean(x), sd(x), tx$conf.int))),
  member("probabilities", row(p)),
  member("quantiles", row(quantile(x, p, type = 7))),
  member("ecdf_at", row(c(500, 520.3, 900, 2000))),
  member("ecdf", row(ecdf(x)(c(500, 520.3, 900, 2000)))),
  member("median_exact", row(c(exact(0.025), exact(0.975)))),
  member("median_percentile", row(percentile(0.5))),
  member("quartile_percentile", row(percentile(0.25))),
  member("wilson", paste0("[", paste(wilson, collapse = ", "), "]")),
  member("paired", object(a = row(b), b = row(a),
         result = row(c(paired$estimate, paired$conf.int)))),
  member("survival", object(time = row(arm$time), ended = row(arm$status), step = row(km$time[at]),
         reached = row(1 - km$surv[at]), p = row(c(0.25, 0.5, 0.75, 0.9)),
         quantile = row(quantile(km, c(0.25, 0.5, 0.75, 0.9))$quantile))),
  member("power", object(x = row(d), y = row(y), exponent = row(c(coef(fit)[2], ci[2, ])),
         log_factor = row(coef(fit)[1]), r2 = row(summary(fit)$r.squared)))
  ), collapse = ",\n"))
cat("\n}\n")
